import { AppError } from '@/lib/errors'
import type { ChatMessage, ContextPolicy } from '../../types'

/** Tokens left for the answer when a prompt is cut and the request does not say how many it wants. */
const ROOM_FOR_ANSWER = 256

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
 * @throws AppError `context_length_exceeded` when even those that must stay are too long.
 */
export function dropOldest<T extends number>(
  messages: readonly ChatMessage[],
  limit: number,
  render: (messages: readonly ChatMessage[]) => readonly T[],
): FittedPrompt<T> {
  const whole = render(messages)
  if (whole.length <= limit) return { tokens: whole, truncatedTokens: 0 }
  const choices = shorterAndShorter(messages)
  let [least, most] = [0, choices.length - 1]
  while (least < most) {
    const middle = (least + most) >> 1
    if (render(choices[middle] ?? []).length <= limit) most = middle
    else least = middle + 1
  }
  const tokens = render(choices[least] ?? messages)
  if (tokens.length > limit)
    throw tooLong(tokens.length, limit, {
      param: 'messages',
      hint: 'Shorten the system messages or the last message: those are never left out.',
    })
  return { tokens, truncatedTokens: whole.length - tokens.length }
}

/** The conversation without its oldest turn, without its two oldest, and so on. */
function shorterAndShorter(messages: readonly ChatMessage[]): (readonly ChatMessage[])[] {
  const choices: (readonly ChatMessage[])[] = []
  for (let kept = messages; ; ) {
    const shorter = withoutOldest(kept)
    if (shorter.length === kept.length) return choices
    choices.push(shorter)
    kept = shorter
  }
}

function withoutOldest(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const first = messages.findIndex(
    (message, index) => message.role !== 'system' && index < messages.length - 1,
  )
  if (first === -1) return messages
  let end = first + 1
  while (end < messages.length - 1 && messages[end]?.role !== 'user') end++
  return [...messages.slice(0, first), ...messages.slice(end)]
}

/** The error for a prompt that does not fit, in the field `param`. */
export function tooLong(
  tokens: number,
  limit: number,
  { param, hint }: { param: string; hint: string },
): AppError {
  return new AppError(
    `The prompt has ${tokens} tokens, and the context of this model has room for ${limit}.`,
    { code: 'context_length_exceeded', status: 400, param, hint },
  )
}
