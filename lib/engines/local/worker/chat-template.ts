import { Template } from '@huggingface/jinja'
import { AppError } from '@/lib/platform/errors'
import { messageText } from '../../message-text'
import type { ChatMessage, MessageContent, ToolDefinition } from '../../types'

/** What models without a template of their own get: the form that most fine-tuned models have seen. */
const CHATML = `{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}`

type SpecialTexts = { bos: string; eos: string }

/** Turns a conversation into the one text that the model was trained to continue. */
export class ChatTemplate {
  private template: Template | undefined
  private partsTaken: boolean | undefined
  /** Whether the template itself tells the model about tools. */
  readonly knowsTools: boolean

  /** @param source Jinja, from the GGUF; null for a model that brings none. */
  constructor(
    private readonly source: string | null,
    private readonly special: SpecialTexts,
  ) {
    this.knowsTools = source !== null && /\btools\b/.test(source)
  }

  /** @throws AppError `chat_template_error` when the template refuses this conversation. */
  render(messages: readonly ChatMessage[], tools: readonly ToolDefinition[]): string {
    const described = this.knowsTools || tools.length === 0 ? messages : describe(messages, tools)
    try {
      const inParts = described.some(({ content }) => typeof content !== 'string')
      const takesParts = inParts && this.takesParts()
      return this.renderWith({
        messages: described.map((message) => toTemplateMessage(message, takesParts)),
        ...(this.knowsTools && tools.length > 0 ? { tools: tools.map(toTemplateTool) } : {}),
      })
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new AppError(`The model's chat template refuses this conversation: ${reason}`, {
        code: 'chat_template_error',
        status: 400,
        param: 'messages',
        hint: 'Some templates want the roles user and assistant in turn, and no system message.',
        cause,
      })
    }
  }

  private renderWith(values: Record<string, unknown>): string {
    // Only now, so that a template that can't be read spoils conversations and not the model.
    this.template ??= new Template(this.source ?? CHATML)
    return this.template.render({
      ...values,
      add_generation_prompt: true,
      bos_token: this.special.bos,
      eos_token: this.special.eos,
    })
  }

  /** Whether it takes text in parts: then one part is the same to it as the text alone. */
  private takesParts(): boolean {
    const renderOne = (content: MessageContent) =>
      this.renderWith({ messages: [toTemplateMessage({ role: 'user', content }, true)] })
    try {
      this.partsTaken ??= renderOne(['probe']) === renderOne('probe')
    } catch {
      this.partsTaken = false
    }
    return this.partsTaken
  }
}

function toTemplateMessage(message: ChatMessage, inParts: boolean): Record<string, unknown> {
  const content =
    typeof message.content === 'string' || !inParts
      ? messageText(message.content)
      : message.content.map((text) => ({ type: 'text', text }))
  if (message.role === 'tool') return { role: 'tool', content, tool_call_id: message.toolCallId }
  if (message.role !== 'assistant' || !message.toolCalls?.length)
    return { role: message.role, content }
  return {
    role: 'assistant',
    content,
    tool_calls: message.toolCalls.map((call) => ({
      id: call.id,
      type: 'function',
      function: { name: call.name, arguments: parseArguments(call.arguments) },
    })),
  }
}

/** Templates write arguments as JSON themselves, so they want the value; broken JSON stays the text it is. */
function parseArguments(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function toTemplateTool(tool: ToolDefinition): Record<string, unknown> {
  return {
    type: 'function',
    function: {
      name: tool.name,
      description: tool.description ?? '',
      parameters: tool.parameters ?? { type: 'object', properties: {} },
    },
  }
}

/** For templates that know nothing of tools: the tools, and how to call them, become part of the system message. */
function describe(
  messages: readonly ChatMessage[],
  tools: readonly ToolDefinition[],
): readonly ChatMessage[] {
  const text = [
    'You can call these functions:',
    ...tools.map((tool) => JSON.stringify(toTemplateTool(tool).function)),
    'To call one, answer with <tool_call>{"name": "…", "arguments": {…}}</tool_call>.',
  ].join('\n')
  const plain = messages.map(toPlainMessage)
  const [first, ...rest] = plain
  if (first?.role === 'system')
    return [{ role: 'system', content: `${messageText(first.content)}\n\n${text}` }, ...rest]
  return [{ role: 'system', content: text }, ...plain]
}

function toPlainMessage(message: ChatMessage): ChatMessage {
  if (message.role === 'tool')
    return {
      role: 'user',
      content: `<tool_response>${messageText(message.content)}</tool_response>`,
    }
  if (message.role !== 'assistant' || !message.toolCalls?.length) return message
  const calls = message.toolCalls.map(
    (call) => `<tool_call>{"name": "${call.name}", "arguments": ${call.arguments}}</tool_call>`,
  )
  return {
    role: 'assistant',
    content: [messageText(message.content), ...calls].filter(Boolean).join('\n'),
  }
}
