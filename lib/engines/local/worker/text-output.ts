import type { Token } from 'node-llama-cpp'
import type { TokenLogprob } from '../../types'

/**
 * Finds stop strings in text that arrives in pieces, also across their borders.
 * Text that may be the beginning of one is held back, so no part of a stop string ever gets out.
 */
export class StopMatcher {
  #held = ''
  readonly #stops: readonly string[]

  constructor(stops: readonly string[]) {
    this.#stops = stops
  }

  /** Whether some text is being held back. */
  get holding(): boolean {
    return this.#held !== ''
  }

  /** What may be shown now, and which stop string was found right after it. */
  push(text: string): { text: string; stop?: string } {
    if (this.#stops.length === 0) return { text }
    const buffer = this.#held + text
    const found = this.#firstStop(buffer)
    if (found) {
      this.#held = ''
      return { text: buffer.slice(0, found.at), stop: found.stop }
    }
    const keep = this.#possibleStart(buffer)
    this.#held = buffer.slice(buffer.length - keep)
    return { text: buffer.slice(0, buffer.length - keep) }
  }

  /** What was held back, once it is certain that nothing follows. */
  flush(): string {
    const rest = this.#held
    this.#held = ''
    return rest
  }

  #firstStop(buffer: string): { at: number; stop: string } | undefined {
    return this.#stops
      .map((stop) => ({ at: buffer.indexOf(stop), stop }))
      .filter(({ at }) => at !== -1)
      .sort((a, b) => a.at - b.at)[0]
  }

  /** The length of the longest end of `buffer` that is the beginning of a stop string. */
  #possibleStart(buffer: string): number {
    let longest = 0
    for (const stop of this.#stops)
      for (let size = Math.min(stop.length - 1, buffer.length); size > longest; size--)
        if (stop.startsWith(buffer.slice(buffer.length - size))) longest = size
    return longest
  }
}

/** A piece of text that may be shown. */
export type TextPiece = { text: string; tokens: number; logprobs?: readonly TokenLogprob[] }

/** A token that has not been told of, and where its text begins, in UTF-16 units. */
type WaitingToken = { start: number; logprob: TokenLogprob | undefined }

/** From tokens to text that may be shown: whole characters only, and nothing of a stop string. */
export class TextOutput<T extends number = Token> {
  /** Puts characters together that are split over tokens. Bytes that become none are shown as U+FFFD. */
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  readonly #stops: StopMatcher
  #waiting: WaitingToken[] = []
  #decoded = 0
  #shown = 0

  readonly #vocabulary: { bytesOf(token: T, special: boolean): Uint8Array }
  /** Control tokens that are text: many models mark off their thoughts and calls with them. */
  readonly #visible: ReadonlySet<T>
  readonly #emit: (piece: TextPiece) => void

  constructor(
    vocabulary: { bytesOf(token: T, special: boolean): Uint8Array },
    stop: readonly string[],

    visible: ReadonlySet<T>,
    emit: (piece: TextPiece) => void,
  ) {
    this.#vocabulary = vocabulary
    this.#visible = visible
    this.#emit = emit
    this.#stops = new StopMatcher(stop)
  }

  /** Takes the next token. Returns the stop string that it completes, of whose tokens nothing is told. */
  push(token: T, logprob?: TokenLogprob): string | undefined {
    this.#waiting.push({ start: this.#decoded, logprob })
    const decoded = this.#decoder.decode(
      this.#vocabulary.bytesOf(token, this.#visible.has(token)),
      {
        stream: true,
      },
    )
    this.#decoded += decoded.length
    const { text, stop } = this.#stops.push(decoded)
    this.#shown += text.length
    this.#release(text, this.#waiting.filter(({ start }) => start < this.#shown).length)
    if (stop !== undefined) this.#waiting = []
    return stop
  }

  /** Shows what was held back in case it had become a stop string, and tells of tokens whose character was cut. */
  finish(): void {
    this.#release(this.#stops.flush(), this.#waiting.length)
  }

  #release(text: string, count: number): void {
    const told = this.#waiting.slice(0, count)
    const logprobs = told.flatMap(({ logprob }) => logprob ?? [])
    if (text === '' && logprobs.length === 0) return
    this.#waiting = this.#waiting.slice(count)
    this.#emit({ text, tokens: told.length, ...(logprobs.length > 0 ? { logprobs } : {}) })
  }
}
