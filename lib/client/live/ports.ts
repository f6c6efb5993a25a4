/** Time, as the stream client needs it; tests bring their own. */
export type Clock = {
  now(): number
  /** Runs `task` once after `ms`; returns how to prevent it. */
  after(ms: number, task: () => void): () => void
  /** From 0 to 1. */
  random(): number
}

/** The browser's own time. */
export const browserClock: Clock = {
  now: () => Date.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}
