/** Time, as the core needs it: a test gives its own. */
export type Timers = {
  /** Milliseconds; only differences count. */
  now(): number
  /** Calls `tick` every `ms` until the returned function is called. */
  every(ms: number, tick: () => void): () => void
  /** Calls `run` once after `ms`, unless the returned function is called before. */
  after(ms: number, run: () => void): () => void
  /** From 0 up to 1, for jitter. */
  random(): number
}

/** The clock of this process. Its timers never keep the process alive. */
export const systemTimers: Timers = {
  now: () => performance.now(),
  every: (ms, tick) => {
    const timer = setInterval(tick, ms)
    timer.unref()
    return () => clearInterval(timer)
  },
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}

/** `ms`, up to `share` more or less, so that clients that came together do not come back together. */
export function jitter(timers: Timers, ms: number, share: number): number {
  return ms * (1 + share * (2 * timers.random() - 1))
}

/** Something that wants to know that time has passed. */
export type Pulsed = { tick(now: number): void }

/** One timer for every subscriber, because ten thousand of them would cost more than the streams. None while nobody is there. */
export class Heartbeat {
  readonly #timers: Timers
  readonly #periodMs: number
  readonly #members = new Set<Pulsed>()
  #stop: (() => void) | undefined

  constructor(timers: Timers, periodMs: number) {
    this.#timers = timers
    this.#periodMs = periodMs
  }

  /** Ticks `member` every period; returns unsubscribe. */
  add(member: Pulsed): () => void {
    this.#members.add(member)
    this.#stop ??= this.#timers.every(this.#periodMs, () => this.#tick())
    return () => this.#remove(member)
  }

  #remove(member: Pulsed): void {
    this.#members.delete(member)
    if (this.#members.size > 0) return
    this.#stop?.()
    this.#stop = undefined
  }

  #tick(): void {
    const now = this.#timers.now()
    for (const member of this.#members) member.tick(now)
  }
}
