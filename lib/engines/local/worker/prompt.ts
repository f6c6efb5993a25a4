import type { Token } from 'node-llama-cpp'
import { AppError } from '@/lib/platform/errors'
import type { WorkerRequest } from '../protocol'
import type { ChatTemplate } from './chat-template'
import {
  cutMiddle,
  dropOldest,
  type FittedPrompt,
  MOST_MESSAGES,
  promptLimit,
  tooLong,
} from './context-policy'
import { PIECE, readText } from './long-text'
import type { Vocabulary } from './vocabulary'

/** What a prompt is read with. */
type Reading = {
  contextSize: number
  vocabulary: Vocabulary
  template: ChatTemplate
  /** Lets everybody else go on before something that takes long. @throws what ends the reading */
  breathe: () => Promise<void>
}

/**
 * The tokens that a request starts from, made to fit the context as its policy says.
 * @throws AppError `context_length_exceeded`, `chat_template_error` or `invalid_token`
 */
export async function promptTokens(
  request: WorkerRequest,
  { contextSize, vocabulary, template, breathe }: Reading,
): Promise<FittedPrompt<Token>> {
  const { prompt } = request
  const limit = promptLimit(request.contextPolicy, contextSize, request.maxTokens)
  const truncates = request.contextPolicy === 'truncate-middle'
  let isCounted = true
  const read = (text: string) => {
    isCounted = text.length <= PIECE
    return readText(text, vocabulary, { limit, stopAtLimit: !truncates, breathe })
  }
  if (prompt.kind === 'chat') {
    // Each message is a token at least.
    const most = Math.min(contextSize, MOST_MESSAGES)
    const tools = prompt.toolChoice === 'none' ? [] : (prompt.tools ?? [])
    const render = async (messages: typeof prompt.messages) => {
      await breathe()
      return vocabulary.withBeginning(await read(template.render(messages, tools)))
    }
    if (truncates) return dropOldest(prompt.messages, { limit, most }, render)
    refuseTooMany(prompt.messages.length, most)
    return refuseTooLong(await render(prompt.messages), limit, {
      param: 'messages',
      isCounted,
    })
  }
  const given =
    prompt.kind === 'text' ? await read(prompt.text) : vocabulary.check(prompt.tokens, 'prompt')
  const tokens = atLeastOne(vocabulary.withBeginning(given), vocabulary)
  if (truncates) return cutMiddle(tokens, limit)
  return refuseTooLong(tokens, limit, { param: 'prompt', isCounted })
}

function refuseTooMany(messages: number, most: number): void {
  if (messages <= most) return
  throw new AppError(`There are ${messages} messages, and this model takes ${most} at most.`, {
    code: 'context_length_exceeded',
    status: 400,
    param: 'messages',
    hint: 'Send the latest messages only, or ask for the context policy "truncate-middle".',
  })
}

function refuseTooLong(
  tokens: readonly Token[],
  limit: number,
  which: { param: string; isCounted: boolean },
): FittedPrompt<Token> {
  if (tokens.length <= limit) return { tokens, truncatedTokens: 0 }
  const hint = 'Shorten the prompt, or ask for the context policy "truncate-middle".'
  throw tooLong(which.isCounted ? tokens.length : limit, limit, { ...which, hint })
}

/** An empty prompt still needs a token to start from. */
function atLeastOne(tokens: Token[], vocabulary: Vocabulary): Token[] {
  return tokens.length > 0 ? tokens : vocabulary.tokenize('\n', false)
}
