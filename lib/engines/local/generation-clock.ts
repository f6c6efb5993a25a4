import type { Timings } from '../types'

/** Measures where the time of one request goes. All in milliseconds. */
export class GenerationClock {
  private readonly began: number
  private loadMs = 0
  private startedAt: number | undefined
  private firstTokenAt: number | undefined

  constructor(private readonly now: () => number) {
    this.began = now()
  }

  /** Counts the time until `loading` is done as loading, which queueing then leaves out. */
  async timeLoad<T>(loading: Promise<T>): Promise<T> {
    const before = this.now()
    try {
      return await loading
    } finally {
      this.loadMs = this.now() - before
    }
  }

  /** The worker has it now. */
  started(): void {
    this.startedAt = this.now()
  }

  /** A token has come. */
  token(): void {
    this.firstTokenAt ??= this.now()
  }

  /** The whole account, with what the worker measured itself. */
  timings(measured: {
    promptMs: number
    generationMs: number
    evaluatedTokens: number
    completionTokens: number
  }): Timings {
    const { promptMs, generationMs, evaluatedTokens, completionTokens } = measured
    const waited = (this.startedAt ?? this.now()) - this.began
    return {
      queuedMs: Math.max(0, waited - this.loadMs),
      loadMs: this.loadMs,
      promptMs,
      generationMs,
      firstTokenMs: this.firstTokenAt === undefined ? null : this.firstTokenAt - this.began,
      promptTokensPerSecond: perSecond(evaluatedTokens, promptMs),
      // The first token comes with the prompt, so the time after it made one less.
      tokensPerSecond: perSecond(completionTokens - 1, generationMs),
    }
  }
}

function perSecond(tokens: number, ms: number): number | null {
  return tokens > 0 && ms > 0 ? (tokens * 1000) / ms : null
}
