const MIN_GRAIN = 16 * 1024

/**
 * One limit for all connections together: a bucket that fills with the allowed bytes a second. Taking
 * more than it holds makes a debt that is waited off, so a limit smaller than one chunk works too.
 */
export class RateLimiter {
  readonly #now: () => number
  readonly #changed = new Set<() => void>()
  #rate: number | null
  #tokens = 0
  #received = 0
  #filledAt: number

  /** @param bytesPerSecond null is no limit. */
  constructor(bytesPerSecond: number | null, now: () => number = () => performance.now()) {
    this.#rate = bytesPerSecond
    this.#now = now
    this.#filledAt = now()
  }

  /** Bytes a second; null is no limit. */
  get rate(): number | null {
    return this.#rate
  }

  /** The most bytes to read at once: who reads more stands still for long, to wait it off. */
  get grain(): number {
    return this.#rate === null ? Number.POSITIVE_INFINITY : Math.max(MIN_GRAIN, this.#rate / 64)
  }

  /** Bytes that have arrived since the server started, whether or not there was a limit. */
  get received(): number {
    return this.#received
  }

  /** Changes the limit at once, also for those who are waiting. */
  setRate(bytesPerSecond: number | null): void {
    this.#refill()
    this.#rate = bytesPerSecond
    this.#tokens = 0
    for (const wake of this.#changed) wake()
  }

  /** Takes `bytes` that have arrived. Null when they were allowed; otherwise resolves when the next may come. */
  take(bytes: number, signal: AbortSignal): Promise<void> | null {
    this.#received += bytes
    if (this.#rate === null) return null
    this.#refill()
    this.#tokens -= bytes
    return this.#tokens >= 0 ? null : this.#wait(signal)
  }

  async #wait(signal: AbortSignal): Promise<void> {
    while (this.#rate !== null && this.#tokens < 0 && !signal.aborted) {
      await this.#pause((-this.#tokens / this.#rate) * 1000, signal)
      this.#refill()
    }
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#changed.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, Math.ceil(ms))
      this.#changed.add(done)
      signal.addEventListener('abort', done)
    })
  }

  #refill(): void {
    const now = this.#now()
    if (this.#rate !== null) {
      // A quarter of a second of credit evens out the chunks without letting a burst through.
      const most = this.#rate / 4
      this.#tokens = Math.min(most, this.#tokens + ((now - this.#filledAt) / 1000) * this.#rate)
    }
    this.#filledAt = now
  }
}
