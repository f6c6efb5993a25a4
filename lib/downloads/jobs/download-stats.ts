import type { EventLog } from '@/lib/sse'
import type { DownloadStatus } from '../schemas'
import type { Fault } from '../transfer/faults'
import type { RateLimiter } from '../transfer/rate-limiter'
import type { JobList } from './job-list'
import type { ProgressFeed } from './progress-feed'

/** Why something was asked for again; `pushback` is a server that wants less at once. */
export type RetryReason = Exclude<Fault['kind'], 'fatal'> | 'pushback'

type Watched = {
  list: Pick<JobList, 'jobs'>
  feed: Pick<ProgressFeed, 'speed'>
  limiter: Pick<RateLimiter, 'received'>
  log: Pick<EventLog, 'bytes'>
}

/** What the download engine does and has done, for whoever watches it. Counts are since the server started. */
export class DownloadStats {
  readonly #watched: Watched
  readonly #retries: Record<RetryReason, number> = {
    transient: 0,
    pushback: 0,
    bad_reply: 0,
    expired: 0,
    no_ranges: 0,
    no_validator: 0,
    changed: 0,
  }

  constructor(watched: Watched) {
    this.#watched = watched
  }

  /** Jobs by where they stand. */
  get jobs(): Record<DownloadStatus, number> {
    const counts = {
      queued: 0,
      resolving: 0,
      downloading: 0,
      verifying: 0,
      paused: 0,
      complete: 0,
      failed: 0,
      cancelled: 0,
    }
    for (const { status } of this.#watched.list.jobs()) counts[status] += 1
    return counts
  }

  /** Bytes a second of all jobs together. */
  get bytesPerSecond(): number {
    const { list, feed } = this.#watched
    let sum = 0
    for (const job of list.jobs()) sum += feed.speed(job)?.bytesPerSecond ?? 0
    return sum
  }

  /** Bytes that have arrived, those that were fetched twice included. */
  get receivedBytes(): number {
    return this.#watched.limiter.received
  }

  /** Bytes of the events that are kept for readers who come back. */
  get logBytes(): number {
    return this.#watched.log.bytes
  }

  /** How often something was asked for again, by why. */
  get retries(): Readonly<Record<RetryReason, number>> {
    return this.#retries
  }

  /** Notes that a transfer goes on after a fault. */
  retried(fault: Fault): void {
    if (fault.kind === 'fatal') return
    this.#retries[fault.kind === 'transient' && fault.pushback ? 'pushback' : fault.kind] += 1
  }
}
