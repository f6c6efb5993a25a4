const MAX_MS = 30_000

/**
 * Milliseconds to wait before the next attempt: doubling, at most 30 s, and of that a random half to whole,
 * so that a thousand browsers do not come back at the same moment.
 */
export function backoffMs(attempt: number, baseMs: number, random: () => number): number {
  const ceiling = Math.min(MAX_MS, baseMs * 2 ** Math.min(attempt, 10))
  return Math.round(ceiling * (0.5 + random() / 2))
}
