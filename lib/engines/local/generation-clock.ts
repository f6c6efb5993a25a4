import type { Timings } from '../types'

/** Measures where the time of one request goes. All in milliseconds. */
export class GenerationClock {
  readonly #began: number
  #startedAt: number | undefined
  #firstTokenAt: number | undefined
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
    this.#began = now()
  }

  /** The worker has it now. */
  started(): void {
    this.#startedAt = this.#now()
  }

  /** A token has come. */
  token(): void {
    this.#firstTokenAt ??= this.#now()
  }

  /**
   * The whole account, with what the worker measured itself.
   * @param loadMs what the waiting for the worker had to do with loading, and not with others
   */
  timings(
    measured: {
      waitMs: number
      promptMs: number
      generationMs: number
      evaluatedTokens: number
      completionTokens: number
    },
    loadMs: number,
  ): Timings {
    const { waitMs, promptMs, generationMs, evaluatedTokens, completionTokens } = measured
    const waited = (this.#startedAt ?? this.#now()) - this.#began
    return {
      queuedMs: Math.max(0, waited - loadMs) + waitMs,
      loadMs,
      promptMs,
      generationMs,
      firstTokenMs: this.#firstTokenAt === undefined ? null : this.#firstTokenAt - this.#began,
      promptTokensPerSecond: perSecond(evaluatedTokens, promptMs),
      // The first token comes with the prompt, so the time after it made one less.
      tokensPerSecond: perSecond(completionTokens - 1, generationMs),
    }
  }
}

function perSecond(tokens: number, ms: number): number | null {
  return tokens > 0 && ms > 0 ? (tokens * 1000) / ms : null
}
