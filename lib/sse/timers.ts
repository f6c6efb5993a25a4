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
