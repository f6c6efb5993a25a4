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

const MAX_MS = 30_000

/**
 * Milliseconds to wait before the next attempt: doubling, at most 30 s, and of that a random half to whole,
 * so that a thousand browsers do not come back at the same moment.
 */
export function backoffMs(attempt: number, baseMs: number, random: () => number): number {
  const ceiling = Math.min(MAX_MS, baseMs * 2 ** Math.min(attempt, 10))
  return Math.round(ceiling * (0.5 + random() / 2))
}
