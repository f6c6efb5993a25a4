import { AppError } from '@/lib/platform/errors'
import type { ChatMessage, ContextPolicy } from '../../types'
import { type Render, ShorterChat } from './shorter-chat'

/** Tokens left for the answer when a prompt is cut and the request does not say how many it wants. */
const ROOM_FOR_ANSWER = 256

/** Messages that one conversation may have: a template takes a tenth of a millisecond for each, and nothing else is done meanwhile. */
export const MOST_MESSAGES = 10_000

/** A prompt as tokens, and how many of the original were left out to make it fit. */
export type FittedPrompt<T extends number> = { tokens: readonly T[]; truncatedTokens: number }

/**
 * How many prompt tokens there may be. Without truncation one token of answer must still fit;
 * with it, a quarter of the context at most is kept free for the answer.
 */
export function promptLimit(
  policy: ContextPolicy,
  contextSize: number,
  maxTokens: number | undefined,
): number {
  if (policy === 'refuse') return contextSize - 1
  const wanted = Math.min(maxTokens ?? ROOM_FOR_ANSWER, Math.floor(contextSize / 4))
  return contextSize - Math.max(1, wanted)
}

/** Cuts out the middle: the beginning says what it is about, the end is what is continued. */
export function cutMiddle<T extends number>(tokens: readonly T[], limit: number): FittedPrompt<T> {
  if (tokens.length <= limit) return { tokens, truncatedTokens: 0 }
  const head = Math.floor(limit / 2)
  const kept = [...tokens.slice(0, head), ...tokens.slice(tokens.length - (limit - head))]
  return { tokens: kept, truncatedTokens: tokens.length - kept.length }
}

/**
 * Leaves out the oldest messages, never a system message and never the last, until the rest fits.
 * A tool's result goes together with the call that it answers.
 * @param most messages that are looked at; of those before them the tokens are estimated
 * @throws AppError `context_length_exceeded` when even those that must stay are too long.
 */
export async function dropOldest<T extends number>(
  messages: readonly ChatMessage[],
  { limit, most = MOST_MESSAGES }: { limit: number; most?: number },
  render: Render<T>,
): Promise<FittedPrompt<T>> {
  const all = new ShorterChat(messages)
  const latest = new ShorterChat(all.ofAtMost(most))
  const whole = await render(latest.messages)
  const before = Math.round((all.size / latest.size - 1) * whole.length)
  const fitted =
    whole.length <= limit
      ? { tokens: whole, truncatedTokens: 0 }
      : await latest.fit(whole, limit, render)
  if (fitted.tokens.length > limit)
    throw tooLong(fitted.tokens.length, limit, {
      param: 'messages',
      hint: 'Shorten the system messages or the last message: those are never left out.',
    })
  return { ...fitted, truncatedTokens: fitted.truncatedTokens + before }
}

/** The error for a prompt that does not fit, in the field `param`. Not all of a very long one is counted. */
export function tooLong(
  tokens: number,
  limit: number,
  { param, hint, isCounted = true }: { param: string; hint: string; isCounted?: boolean },
): AppError {
  return new AppError(
    `The prompt has ${isCounted ? '' : 'more than '}${tokens} tokens, and the context of this model has room for ${limit}.`,
    { code: 'context_length_exceeded', status: 400, param, hint },
  )
}
