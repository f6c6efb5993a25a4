import type { Token } from 'node-llama-cpp'
import { AppError } from '@/lib/errors'
import type { ChatMessage, Prompt } from '../../types'
import type { WorkerRequest } from '../protocol'
import type { ChatTemplate } from './chat-template'
import { cutMiddle, dropOldest, type FittedPrompt, promptLimit, tooLong } from './context-policy'
import type { Vocabulary } from './vocabulary'

/** Characters from which on reading a text may take so long that it looks like a hang. */
export const LONG_TEXT = 50_000
/** What a message costs a template besides its text, as so many characters. */
const MESSAGE = 50

/** What a schema costs, which becomes a grammar, in characters of text that cost as much. */
const SCHEMA_WEIGHT = 4

/** Whether reading a request may take so long that it looks like a hang. */
export function isLong({ prompt, format }: Pick<WorkerRequest, 'prompt' | 'format'>): boolean {
  const schema = format.kind === 'schema' ? JSON.stringify(format.schema).length : 0
  return sizeOf(prompt) + schema * SCHEMA_WEIGHT > LONG_TEXT
}

function sizeOf(prompt: Prompt): number {
  switch (prompt.kind) {
    case 'tokens':
      return 0
    case 'text':
      return prompt.text.length
    case 'chat':
      return prompt.messages.reduce(sizeWith, JSON.stringify(prompt.tools ?? []).length)
  }
}

function sizeWith(sum: number, message: ChatMessage): number {
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : []
  const written = calls.reduce((size, call) => size + call.arguments.length, message.content.length)
  return sum + MESSAGE + written
}

/**
 * The tokens that a request starts from, made to fit the context as its policy says.
 * @throws AppError `context_length_exceeded`, `chat_template_error` or `invalid_token`
 */
export function promptTokens(
  request: WorkerRequest,
  contextSize: number,
  vocabulary: Vocabulary,
  template: ChatTemplate,
): FittedPrompt<Token> {
  const { prompt } = request
  const limit = promptLimit(request.contextPolicy, contextSize, request.maxTokens)
  if (prompt.kind === 'chat') {
    refuseTooMany(prompt.messages.length, contextSize)
    const tools = prompt.toolChoice === 'none' ? [] : (prompt.tools ?? [])
    const render = (messages: typeof prompt.messages) =>
      vocabulary.withBeginning(vocabulary.tokenize(template.render(messages, tools), true))
    if (request.contextPolicy === 'truncate-middle')
      return dropOldest(prompt.messages, limit, render)
    return refuseTooLong(render(prompt.messages), limit, 'messages')
  }
  const given =
    prompt.kind === 'text'
      ? vocabulary.tokenize(prompt.text, true)
      : vocabulary.check(prompt.tokens, 'prompt')
  const tokens = atLeastOne(vocabulary.withBeginning(given), vocabulary)
  if (request.contextPolicy === 'truncate-middle') return cutMiddle(tokens, limit)
  return refuseTooLong(tokens, limit, 'prompt')
}

/** Each message is a token at least; a template takes seconds for what can't fit anyway. */
function refuseTooMany(messages: number, contextSize: number): void {
  if (messages <= contextSize) return
  throw new AppError(
    `There are ${messages} messages, and the context of this model has room for ${contextSize} tokens.`,
    {
      code: 'context_length_exceeded',
      status: 400,
      param: 'messages',
      hint: 'Send the latest messages only.',
    },
  )
}

function refuseTooLong(
  tokens: readonly Token[],
  limit: number,
  param: string,
): FittedPrompt<Token> {
  if (tokens.length <= limit) return { tokens, truncatedTokens: 0 }
  const hint = 'Shorten the prompt, or ask for the context policy "truncate-middle".'
  throw tooLong(tokens.length, limit, { param, hint })
}

/** An empty prompt still needs a token to start from. */
function atLeastOne(tokens: Token[], vocabulary: Vocabulary): Token[] {
  return tokens.length > 0 ? tokens : vocabulary.tokenize('\n', false)
}
