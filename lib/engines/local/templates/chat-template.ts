import { AppError } from '@/lib/platform/errors'
import {
  type ChatMessage,
  messageText,
  type ThinkingChoice,
  type ToolDefinition,
} from '../../types'
import { type Capabilities, findCapabilities } from './capabilities'
import { type Conversation, describeParameters, fold, takeTurns } from './folding'
import { strftime } from './jinja/strftime'
import { TaintedString } from './jinja/tainted-string'
import { JinjaTemplate, RenderError } from './jinja/template'
import { str, type Value } from './jinja/values'
import type { WrittenCalls } from './reading/written-calls'
import { type MessageShape, messageValues, toolValues, toValue } from './template-messages'
import { thinkingVariables } from './thinking-variables'

/** What models without a template of their own get: the form that most fine-tuned models have seen. */
const CHATML = `{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}`

export type TemplateOptions = {
  thinking?: ThinkingChoice
  /** Tokens of thought at most, for templates that tell the model. */
  budget?: number
  /** How the family writes calls, for those that are not told by their template. */
  calls?: WrittenCalls
  /** Further variables, as a client says them (`chat_template_kwargs`). */
  variables?: Readonly<Record<string, unknown>>
  /** Milliseconds since 1970, for templates that write the date. */
  now?: number
}

/** A family's chat template: turns a conversation into the one text that the model was trained to continue. */
export class ChatTemplate {
  #template: JinjaTemplate | undefined
  #capabilities: Capabilities | undefined
  readonly #special: { bos: string; eos: string }

  /** @param source Jinja, from the GGUF; null for a model that brings none */
  constructor(
    readonly source: string | null,
    special: { bos: string; eos: string },
  ) {
    this.#special = special
  }

  /** What the template can say; found out once. @throws AppError when it can't be read */
  get capabilities(): Capabilities {
    this.#capabilities ??= findCapabilities((messages, tools, shape) =>
      this.#tried(() => this.#run({ messages, tools }, shape, new Map(), {})),
    )
    return this.#capabilities
  }

  /**
   * What the template writes for a conversation as it is; undefined where it refuses.
   * @param isClosed whether it ends after the last message, and not with the beginning of an answer
   */
  attempt(
    messages: readonly ChatMessage[],
    tools: readonly ToolDefinition[],
    thinking: ThinkingChoice,
    { isClosed = false } = {},
  ): string | undefined {
    for (const variables of thinkingVariables(thinking)) {
      if (isClosed) variables.set('add_generation_prompt', false)
      const text = this.#tried(() =>
        this.#run({ messages, tools }, this.capabilities.shape, variables, {}),
      )
      if (text !== undefined) return text
    }
    return undefined
  }

  #tried(run: () => TaintedString): string | undefined {
    try {
      return run().value
    } catch (error) {
      if (error instanceof RenderError) return undefined
      throw error
    }
  }

  /**
   * The prompt, which says which of its characters were input and so must not be read as control tokens. A last
   * message of the assistant is continued.
   * @throws AppError `chat_template_error` with the line of the template that failed
   */
  render(conversation: Conversation, options: TemplateOptions = {}): TaintedString {
    const folded = fold(conversation, this.capabilities, options.calls)
    const attempts = [
      folded,
      { ...folded, tools: folded.tools.map(describeParameters) },
      { ...folded, messages: takeTurns(folded.messages, this.capabilities, options.calls) },
    ]
    let failure: unknown
    for (const attempt of attempts)
      for (const variables of thinkingVariables(options.thinking ?? {}, options.budget))
        try {
          return this.#continued(attempt, variables, options)
        } catch (error) {
          if (!(error instanceof RenderError)) throw error
          failure ??= error
        }
    throw templateError(failure)
  }

  /** What `render` gives the template, so that a test can give it to another engine. */
  variables(
    { messages, tools }: Conversation,
    shape: MessageShape,
    { variables = {}, now = Date.now() }: TemplateOptions,
  ): Map<string, Value> {
    const date = new Date(now)
    return new Map<string, Value>([
      ['messages', messageValues(messages, shape)],
      ...(tools.length > 0 ? [['tools', toolValues(tools)] satisfies [string, Value]] : []),
      ['add_generation_prompt', true],
      ['bos_token', str(this.#special.bos)],
      ['eos_token', str(this.#special.eos)],
      ['date_string', str(strftime(date, '%d %b %Y'))],
      ...this.#firefunction(tools, date),
      ...Object.entries(variables).map(([name, value]): [string, Value] => [name, toValue(value)]),
    ])
  }

  #run(
    conversation: Conversation,
    shape: MessageShape,
    further: ReadonlyMap<string, Value>,
    options: TemplateOptions,
  ): TaintedString {
    this.#template ??= new JinjaTemplate(this.source ?? CHATML)
    const variables = this.variables(conversation, shape, options)
    return this.#template.render(new Map([...variables, ...further]), options.now)
  }

  #continued(
    conversation: Conversation,
    variables: ReadonlyMap<string, Value>,
    options: TemplateOptions,
  ): TaintedString {
    const { shape } = this.capabilities
    const last = conversation.messages.at(-1)
    if (last?.role !== 'assistant' || last.toolCalls?.length)
      return this.#run(conversation, shape, variables, options)
    const content = messageText(last.content)
    const before = { ...conversation, messages: conversation.messages.slice(0, -1) }
    if (content.trim() === '') return this.#run(before, shape, variables, options)
    const closed = new Map([...variables, ['add_generation_prompt', false] as const])
    const whole = this.#run(conversation, shape, closed, options)
    const [from, to] = whole.spans.at(-1) ?? [0, 0]
    const written = whole.value.slice(from, to)
    // Some templates trim what they write, and then its last white space is missing.
    if (written !== '' && content.trimEnd().endsWith(written.trimEnd())) {
      const end = content.slice(content.trimEnd().length)
      const cut = whole.slice(0, from + written.trimEnd().length)
      return TaintedString.concat([cut, TaintedString.input(end)])
    }
    return TaintedString.concat([
      this.#run(before, shape, variables, options),
      TaintedString.input(content),
    ])
  }

  /** What one family wants beyond what the others have. */
  #firefunction(tools: readonly ToolDefinition[], date: Date): [string, Value][] {
    if (!/\bfunctions\b.*\bdatetime\b/s.test(this.source ?? '')) return []
    const described = tools.length > 0 ? JSON.stringify(tools.map(toFunction), null, 2) : ''
    return [
      ['functions', TaintedString.input(described)],
      ['datetime', str(strftime(date, '%b %d %Y %H:%M:%S'))],
    ]
  }
}

const toFunction = ({ name, description, parameters }: ToolDefinition) => ({
  type: 'function',
  function: { name, description, parameters },
})

function templateError(error: unknown): AppError {
  if (!(error instanceof RenderError)) throw error
  const where = error.line === undefined ? '' : `, line ${error.line}`
  if (error.isRefusal)
    return new AppError(
      `The model's chat template${where} refuses this conversation: ${error.reason}`,
      {
        code: 'chat_template_error',
        status: 400,
        param: 'messages',
        hint: 'The model was not trained for such a conversation. Change what its template says, or use another model.',
        cause: error,
      },
    )
  return new AppError(`The model's chat template fails${where}: ${error.reason}`, {
    code: 'chat_template_error',
    status: 500,
    hint: 'The template in the model file is at fault, and not the conversation. Get a newer file of the model, or use another.',
    cause: error,
  })
}
