import type {
  ChatMessage,
  GenerateRequest,
  MessageContent,
  OutputFormat,
  Prompt,
  ToolChoice,
} from '@/lib/engines/types'
import { toLimits, toSampling, toToolFields } from '../shared/request-fields'
import type { CountTokensBody, MessagesBody, WireMessage } from './schemas'

type UserBlock = Exclude<Extract<WireMessage, { role: 'user' }>['content'], string>[number]
type ReadableBlock = Extract<UserBlock, { type: 'text' | 'document' }>

/**
 * A line that Claude Code puts before its system prompt and that is another one with each request. It says nothing to the
 * model, and with it no two prompts would begin alike, so nothing of a prompt could be taken from the cache.
 */
const BILLING_LINE = /^x-anthropic-billing-header:[^\n]*(?:\n|$)/

/** One request of the engine. @throws AppError naming the field when fields contradict one another. */
export function toMessagesRequest(body: MessagesBody, client: string): GenerateRequest {
  return {
    model: body.model,
    prompt: toPrompt(body),
    sampling: toSampling(body, 0),
    maxTokens: body.max_tokens,
    ...(body.thinking?.type === 'enabled' ? { reasoningBudget: body.thinking.budget_tokens } : {}),
    format: toFormat(body),
    client,
    ...toLimits({ stop: body.stop_sequences }),
  }
}

/** The conversation with its tools. @throws AppError as `toMessagesRequest`. */
export function toPrompt(body: CountTokensBody): Extract<Prompt, { kind: 'chat' }> {
  const system = toSystem(body.system)
  return {
    kind: 'chat',
    messages: [...system, ...body.messages.flatMap(toMessages)],
    ...toThinking(body),
    ...toTools(body),
  }
}

/** The schema that the answer must fit, if there is one. */
export function toFormat({ output_config, output_format }: CountTokensBody): OutputFormat {
  const format = output_config?.format ?? output_format
  return format ? { kind: 'schema', schema: format.schema } : { kind: 'text' }
}

function toSystem(system: CountTokensBody['system']): ChatMessage[] {
  const texts = system == null ? [] : typeof system === 'string' ? [system] : system.map(textOf)
  const [first = '', ...rest] = texts
  const kept = [first.replace(BILLING_LINE, ''), ...rest].filter((text) => text !== '')
  if (kept.length === 0) return []
  return [{ role: 'system', content: kept.length === 1 ? (kept[0] ?? '') : kept }]
}

function textOf({ text }: { text: string }): string {
  return text
}

/** Results of tools come first, as messages of their own: that is where templates look for them. */
function toMessages(message: WireMessage): ChatMessage[] {
  switch (message.role) {
    case 'system':
      return toSystem(message.content)
    case 'user':
      return toUser(message.content)
    case 'assistant':
      return [toAssistant(message.content)]
  }
}

function toUser(content: string | readonly UserBlock[]): ChatMessage[] {
  if (typeof content === 'string') return [{ role: 'user', content }]
  const results = content.flatMap((block): ChatMessage[] =>
    block.type === 'tool_result'
      ? [
          {
            role: 'tool',
            toolCallId: block.tool_use_id,
            content: toResult(block.content ?? '', block.is_error ?? false),
          },
        ]
      : [],
  )
  const said = content.flatMap((block) => (block.type === 'tool_result' ? [] : toText(block)))
  return said.length > 0 ? [...results, { role: 'user', content: said }] : results
}

function toResult(content: string | readonly ReadableBlock[], isError: boolean): MessageContent {
  const texts = typeof content === 'string' ? [content] : content.map(toText)
  // No template has a place for it, and a model that does not know that it failed goes on as if it had not.
  const all = isError ? [`Error: ${texts[0] ?? ''}`, ...texts.slice(1)] : texts
  return all.length === 1 ? (all[0] ?? '') : all
}

function toText(block: ReadableBlock): string {
  if (block.type === 'text') return block.text
  const { source, title, context } = block
  const text =
    source.type === 'text'
      ? source.data
      : typeof source.content === 'string'
        ? source.content
        : source.content.map(textOf).join('')
  return [title, context, text].filter((part) => part).join('\n\n')
}

function toAssistant(content: Extract<WireMessage, { role: 'assistant' }>['content']): ChatMessage {
  if (typeof content === 'string') return { role: 'assistant', content }
  const texts = content.flatMap((block) => (block.type === 'text' ? block.text : []))
  const thoughts = content.flatMap((block) => (block.type === 'thinking' ? block.thinking : []))
  const toolCalls = content.flatMap((block) =>
    block.type === 'tool_use'
      ? { id: block.id, name: block.name, arguments: JSON.stringify(block.input) }
      : [],
  )
  return {
    role: 'assistant',
    content: texts.length === 1 ? (texts[0] ?? '') : texts,
    ...(thoughts.length > 0 ? { reasoning: thoughts.join('\n') } : {}),
    ...(toolCalls.length > 0 ? { toolCalls } : {}),
  }
}

function toThinking({ thinking, output_config }: CountTokensBody) {
  const effort = output_config?.effort
  const choice = {
    ...(thinking?.type === 'enabled' ? { enabled: true } : {}),
    ...(thinking?.type === 'disabled' ? { enabled: false } : {}),
    ...(effort ? { effort } : {}),
  }
  return Object.keys(choice).length > 0 ? { thinking: choice } : {}
}

function toTools({ tools = [], tool_choice: choice }: CountTokensBody) {
  const definitions = (tools ?? []).map(
    ({ name, description, input_schema: parameters, strict }) => ({
      name,
      parameters,
      ...(description ? { description } : {}),
      ...(strict ? { strict } : {}),
    }),
  )
  const isSingle = choice?.type !== 'none' && (choice?.disable_parallel_tool_use ?? false)
  return toToolFields(definitions, toToolChoice(choice), !isSingle)
}

function toToolChoice(choice: CountTokensBody['tool_choice']): ToolChoice {
  switch (choice?.type) {
    case undefined:
    case 'auto':
      return 'auto'
    case 'any':
      return 'required'
    case 'none':
      return 'none'
    case 'tool':
      return { name: choice.name }
  }
}
