import type { Job } from '../types'

/** Queued jobs in the order in which they will run. */
export function queueOf(jobs: Iterable<Job>): Job[] {
  return [...jobs]
    .filter((job) => job.status === 'queued')
    .sort((a, b) => a.position - b.position || a.createdAt - b.createdAt)
}

/** The position behind every job. */
export function lastPosition(jobs: Iterable<Job>): number {
  let last = 0
  for (const job of jobs) last = Math.max(last, job.position)
  return last + 1
}

/**
 * Moves a queued job one place up or down by trading positions with its neighbour.
 * Returns that neighbour, or null when there is none on that side.
 */
export function moveInQueue(jobs: Iterable<Job>, job: Job, direction: 'up' | 'down'): Job | null {
  const queue = queueOf(jobs)
  const other = queue[queue.indexOf(job) + (direction === 'up' ? -1 : 1)]
  if (!other) return null
  const { position } = job
  job.position = other.position
  other.position = position
  return other
}
