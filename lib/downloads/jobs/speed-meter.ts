/** How fast a job goes, as people can read it. */
export type Speed = {
  /** Bytes a second, smoothed; 0 while nothing comes. */
  bytesPerSecond: number
  /** Seconds until it is done at this speed; null when that can't be told. */
  etaSeconds: number | null
  /** Nothing has come for a while. */
  stalled: boolean
}

const SAMPLE_MS = 250
/** After this long a change of speed shows by two thirds. */
const SMOOTHING_MS = 3000
const STALLED_MS = 3000

/** Measures the speed of one job from how its bytes grow. Bytes that were there before do not count. */
export class SpeedMeter {
  readonly #now: () => number
  #bytes: number
  #sampledAt: number
  #grewAt: number
  #rate: number | null = null

  /** @param now milliseconds of a clock that never goes back. */
  constructor(bytes: number, now: () => number) {
    this.#now = now
    this.#bytes = bytes
    this.#sampledAt = now()
    this.#grewAt = now()
  }

  /** The speed now that there are `bytes` of `total`. */
  measure(bytes: number, total: number | null): Speed {
    const now = this.#now()
    const elapsed = now - this.#sampledAt
    if (bytes !== this.#bytes) this.#grewAt = now
    if (elapsed >= SAMPLE_MS) this.#sample(bytes, elapsed, now)
    const stalled = now - this.#grewAt >= STALLED_MS
    const bytesPerSecond = stalled ? 0 : Math.round(this.#rate ?? 0)
    const left = total === null ? null : total - bytes
    const etaSeconds = left === null || bytesPerSecond === 0 ? null : left / bytesPerSecond
    return {
      bytesPerSecond,
      etaSeconds: etaSeconds === null ? null : Math.ceil(etaSeconds),
      stalled,
    }
  }

  #sample(bytes: number, elapsed: number, now: number): void {
    const rate = (Math.max(0, bytes - this.#bytes) / elapsed) * 1000
    const weight = 1 - Math.exp(-elapsed / SMOOTHING_MS)
    this.#rate = this.#rate === null ? rate : this.#rate + weight * (rate - this.#rate)
    this.#bytes = bytes
    this.#sampledAt = now
  }
}
