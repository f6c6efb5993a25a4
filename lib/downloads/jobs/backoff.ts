/** How long to wait between tries: full jitter, so that many clients do not come back together. */
export class Backoff {
  readonly #baseMs: number
  readonly #capMs: number
  readonly #random: () => number
  #tries = 0

  constructor(options: { baseMs: number; capMs: number; random?: () => number }) {
    this.#baseMs = options.baseMs
    this.#capMs = options.capMs
    this.#random = options.random ?? Math.random
  }

  /** Milliseconds until the next try: anything up to a bound that doubles with each try. */
  next(): number {
    const bound = Math.min(this.#capMs, this.#baseMs * 2 ** Math.min(this.#tries, 30))
    this.#tries += 1
    return Math.round(this.#random() * bound)
  }

  /** Begins again at the smallest bound. */
  reset(): void {
    this.#tries = 0
  }
}

const MAX_RETRY_AFTER_MS = 3_600_000

/**
 * Milliseconds that a `Retry-After` header asks for, given in seconds or as a date (RFC 9110, 10.2.3).
 * Never more than an hour. Null when there is none that makes sense.
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | null {
  const text = header?.trim()
  if (!text) return null
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  return Number.isNaN(ms) ? null : Math.min(Math.max(0, ms), MAX_RETRY_AFTER_MS)
}
