import { AppError } from '@/lib/platform/errors'
import { type ChatMessage, type ContextPolicy, messageText } from '../../types'

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

/** Renders of which the beginning is guessed; after that half of what is left is tried. */
const GUESSES = 4
/** Renders after which one that fits is good enough, although a longer one might. */
const ENOUGH = 12
/** What a message costs besides its text, as so many characters. */
const MESSAGE = 20

/** A conversation as tokens. */
type Render<T> = (messages: readonly ChatMessage[]) => Promise<readonly T[]>

/**
 * A conversation that can be begun later and later: never without a system message or the last one, and a tool's
 * result stays with the call that it answers.
 */
class ShorterChat {
  /** Where it can begin, besides at its own beginning. */
  readonly #starts: readonly number[]
  /** Characters until each message, about. */
  readonly #sizes: readonly number[]

  /** Characters of all, about. */
  readonly size: number

  constructor(readonly messages: readonly ChatMessage[]) {
    let last = messages.length - 1
    while (last > 0 && messages[last]?.role === 'tool') last--
    const first = messages.findIndex(({ role }) => role !== 'system')
    this.#starts = [...messages.keys()].filter(
      (at) => at > first && at <= last && (at === last || messages[at]?.role === 'user'),
    )
    let size = 0
    this.#sizes = messages.map(({ content }) => {
      const before = size
      size += messageText(content).length + MESSAGE
      return before
    })
    this.size = Math.max(1, size)
  }

  /** The longest of its ends with at most so many messages; the last one at least. */
  ofAtMost(count: number): readonly ChatMessage[] {
    if (this.messages.length <= count) return this.messages
    const { length } = this.messages
    const systems = this.messages.filter(({ role }) => role === 'system').length
    const start = this.#starts.find((at) => length - at + systems <= count) ?? this.#starts.at(-1)
    return start === undefined ? this.messages : this.#from(start)
  }

  /**
   * The longest that has at most `limit` tokens, else the shortest. `whole` is what all of it has. A template takes long
   * for many messages, so it is guessed from the sizes where to begin, and corrected.
   */
  async fit<T extends number>(
    whole: readonly T[],
    limit: number,
    render: Render<T>,
  ): Promise<FittedPrompt<T>> {
    let best: readonly T[] | undefined
    let shortest = whole
    let [tooLong, fits] = [-1, this.#starts.length]
    let perCharacter = whole.length / this.size
    for (let tries = 0; fits - tooLong > 1 && (!best || tries < ENOUGH); tries++) {
      const guess =
        tries < GUESSES ? this.#guess(limit / perCharacter, tooLong, fits) : (tooLong + fits) >> 1
      const at = this.#starts[guess] ?? 0
      const tokens = await render(this.#from(at))
      perCharacter = tokens.length / Math.max(1, this.#charactersFrom(at))
      if (tokens.length <= limit) [best, fits] = [tokens, guess]
      else [shortest, tooLong] = [tokens, guess]
    }
    const tokens = best ?? shortest
    return { tokens, truncatedTokens: whole.length - tokens.length }
  }

  /** The start from which on it has so many characters, but one that has not been tried. */
  #guess(characters: number, tooLong: number, fits: number): number {
    let [low, high] = [tooLong + 1, fits - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#charactersFrom(this.#starts[middle] ?? 0) <= characters) high = middle
      else low = middle + 1
    }
    return low
  }

  #charactersFrom(at: number): number {
    return this.size - (this.#sizes[at] ?? 0)
  }

  #from(start: number): readonly ChatMessage[] {
    return this.messages.filter(({ role }, at) => at >= start || role === 'system')
  }
}
