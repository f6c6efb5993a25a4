import type { Token } from 'node-llama-cpp'
import type { Prompt } from '../../types'
import type { WorkerRequest } from '../protocol'
import type { ChatTemplate } from './chat-template'
import { cutMiddle, dropOldest, type FittedPrompt, promptLimit, tooLong } from './context-policy'
import type { Vocabulary } from './vocabulary'

/** Characters from which on reading a text may take so long that it looks like a hang. */
export const LONG_TEXT = 50_000

/** Whether reading a prompt may take so long that it looks like a hang. */
export function isLong(prompt: Prompt): boolean {
  switch (prompt.kind) {
    case 'tokens':
      return false
    case 'text':
      return prompt.text.length > LONG_TEXT
    case 'chat':
      return prompt.messages.reduce((sum, { content }) => sum + content.length, 0) > LONG_TEXT
  }
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
