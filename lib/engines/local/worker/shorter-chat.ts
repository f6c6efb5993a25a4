import { messageText } from '../../message-text'
import type { ChatMessage } from '../../types'
import type { FittedPrompt } from './context-policy'

/** Renders of which the beginning is guessed; after that half of what is left is tried. */
const GUESSES = 4
/** Renders after which one that fits is good enough, although a longer one might. */
const ENOUGH = 12
/** What a message costs besides its text, as so many characters. */
const MESSAGE = 20

/** A conversation as tokens. */
export type Render<T> = (messages: readonly ChatMessage[]) => Promise<readonly T[]>

/**
 * A conversation that can be begun later and later: never without a system message or the last one, and a tool's
 * result stays with the call that it answers.
 */
export class ShorterChat {
  /** Where it can begin, besides at its own beginning. */
  private readonly starts: readonly number[]
  /** Characters until each message, about. */
  private readonly sizes: readonly number[]

  /** Characters of all, about. */
  readonly size: number

  constructor(readonly messages: readonly ChatMessage[]) {
    let last = messages.length - 1
    while (last > 0 && messages[last]?.role === 'tool') last--
    const first = messages.findIndex(({ role }) => role !== 'system')
    this.starts = [...messages.keys()].filter(
      (at) => at > first && at <= last && (at === last || messages[at]?.role === 'user'),
    )
    let size = 0
    this.sizes = messages.map(({ content }) => {
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
    const start = this.starts.find((at) => length - at + systems <= count) ?? this.starts.at(-1)
    return start === undefined ? this.messages : this.from(start)
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
    let [tooLong, fits] = [-1, this.starts.length]
    let perCharacter = whole.length / this.size
    for (let tries = 0; fits - tooLong > 1 && (!best || tries < ENOUGH); tries++) {
      const guess =
        tries < GUESSES ? this.guess(limit / perCharacter, tooLong, fits) : (tooLong + fits) >> 1
      const at = this.starts[guess] ?? 0
      const tokens = await render(this.from(at))
      perCharacter = tokens.length / Math.max(1, this.charactersFrom(at))
      if (tokens.length <= limit) [best, fits] = [tokens, guess]
      else [shortest, tooLong] = [tokens, guess]
    }
    const tokens = best ?? shortest
    return { tokens, truncatedTokens: whole.length - tokens.length }
  }

  /** The start from which on it has so many characters, but one that has not been tried. */
  private guess(characters: number, tooLong: number, fits: number): number {
    let [low, high] = [tooLong + 1, fits - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.charactersFrom(this.starts[middle] ?? 0) <= characters) high = middle
      else low = middle + 1
    }
    return low
  }

  private charactersFrom(at: number): number {
    return this.size - (this.sizes[at] ?? 0)
  }

  private from(start: number): readonly ChatMessage[] {
    return this.messages.filter(({ role }, at) => at >= start || role === 'system')
  }
}
