import type { EventLog, ResetReason, Snapshot, Source, SseEvent } from '@/lib/sse'
import type { DownloadStatus } from '../schemas'
import { isFinal, type Job } from './job'
import {
  progressEvent,
  queuedEvent,
  type Speed,
  SpeedMeter,
  startedEvent,
  stateEvent,
  viewOf,
} from './job-view'

/** The jobs that the feed tells about. */
export type JobBook = {
  jobs(): Iterable<Job>
  /** The place in the queue, from 1; null when it is not queued. */
  place(job: Job): number | null
}

/** Eight a second, so that with the exact one before an end there are never more than ten. */
const PROGRESS_MS = 125
/** How often a job without new bytes is looked at: its speed falls, and then it is stalled. */
const QUIET_MS = 1000
const RECENT_MS = 3_600_000

type Live = {
  meter: SpeedMeter
  sent: string
  /** When the next is due, and the timer for that. */
  dueAt: number
  timer: ReturnType<typeof setTimeout> | undefined
}

/**
 * The one stream of events about all jobs. Progress is thinned to what people can see; the last one
 * before a job ends is exact, since it is sent together with its end.
 */
export class ProgressFeed {
  readonly #log: EventLog
  readonly #book: JobBook
  readonly #now: () => number
  readonly #live = new Map<string, Live>()
  /** The status that was told last: a job has its final one a moment before the event of that is appended. */
  readonly #told = new WeakMap<Job, DownloadStatus>()
  /** When the last progress of a job was sent: one that begins again at once says no more than others. */
  readonly #sentAt = new WeakMap<Job, number>()

  /** @param now milliseconds of a clock that never goes back. */
  constructor(log: EventLog, book: JobBook, now: () => number = () => performance.now()) {
    this.#log = log
    this.#book = book
    this.#now = now
  }

  /**
   * A job waits, or its place changed. One that has left the queue meanwhile has been told of.
   * @param place from 1; null when it does not wait any more.
   */
  queued(job: Job, place: number | null): void {
    if (job.status !== 'queued' && job.status !== 'resolving') return
    this.#told.set(job, job.status)
    this.#log.append(queuedEvent(job, place), job.id)
  }

  /** Bytes begin to come, for the first time or again. */
  started(job: Job): void {
    this.#drop(job)
    const meter = new SpeedMeter(job.onRecord, this.#now)
    const live: Live = { meter, sent: '', dueAt: Number.POSITIVE_INFINITY, timer: undefined }
    this.#live.set(job.id, live)
    this.#told.set(job, job.status)
    this.#log.append(startedEvent(job), job.id)
    this.advanced(job)
  }

  /** There are more bytes, or another note. Sent at once, or as soon as the next may be. */
  advanced(job: Job): void {
    const live = this.#live.get(job.id)
    if (!live) return
    const dueAt = this.#dueAt(job)
    if (dueAt <= this.#now()) this.#send(job, live)
    else if (dueAt < live.dueAt) this.#arm(job, live, dueAt)
  }

  /** The job verifies, is paused, or has ended, as its status says. */
  changed(job: Job): void {
    const live = this.#live.get(job.id)
    // `paused` has the exact bytes itself; before an end they are told however soon.
    if (live && (job.status !== 'paused' || this.#dueAt(job) <= this.#now()))
      this.#append(job, live)
    this.#drop(job)
    this.#told.set(job, job.status)
    const event = stateEvent(job)
    if (event) this.#log.append(event, job.id)
  }

  /** How fast it goes; null while it does not run. */
  speed(job: Job): Speed | null {
    return this.#live.get(job.id)?.meter.measure(job.onRecord, job.total) ?? null
  }

  /** All jobs, or the one that `only` gives, as soon as there is one; that source ends with its job. */
  source(only?: () => Job | undefined): Source {
    const shown = () =>
      only ? [only()].filter((job) => job !== undefined) : [...this.#book.jobs()]
    const source: Source = {
      log: this.#log,
      snapshot: () => this.#snapshot(shown(), Boolean(only)),
      reset: (reason) => this.#reset(reason, shown(), Boolean(only)),
    }
    if (!only) return source
    return {
      ...source,
      filter: (key) => key !== undefined && key === only()?.id,
      finished: () => {
        const job = only()
        return job !== undefined && this.#hasEnded(job)
      },
    }
  }

  /** Stops every timer. */
  close(): void {
    for (const live of this.#live.values()) clearTimeout(live.timer)
    this.#live.clear()
  }

  #hasEnded(job: Job): boolean {
    return isFinal(job.status) && (this.#told.get(job) ?? job.status) === job.status
  }

  #snapshot(jobs: readonly Job[], ended: boolean): Snapshot {
    const told = jobs.filter((job) => ended || !isFinal(job.status))
    return { cursor: this.#log.head, events: told.flatMap((job) => this.#describe(job)) }
  }

  #reset(reason: ResetReason, jobs: readonly Job[], ended: boolean): Snapshot & { data: string } {
    const recent = jobs.filter((job) => ended || isRecent(job))
    const downloads = recent.map((job) => viewOf(job, this.speed(job), this.#book.place(job)))
    return { ...this.#snapshot(jobs, ended), data: JSON.stringify({ reason, downloads }) }
  }

  #describe(job: Job): SseEvent[] {
    if (job.status === 'queued' || job.status === 'resolving')
      return [queuedEvent(job, this.#book.place(job))]
    const state = stateEvent(job)
    const speed = this.speed(job) ?? { bytesPerSecond: 0, etaSeconds: null, stalled: false }
    return [startedEvent(job), progressEvent(job, speed), ...(state ? [state] : [])]
  }

  /** When the next progress of a job may be sent. */
  #dueAt(job: Job): number {
    return (this.#sentAt.get(job) ?? Number.NEGATIVE_INFINITY) + PROGRESS_MS
  }

  #send(job: Job, live: Live): void {
    this.#append(job, live)
    this.#arm(job, live, this.#now() + QUIET_MS)
  }

  /** Appends what is true now, unless that was said already. */
  #append(job: Job, live: Live): void {
    const event = progressEvent(job, live.meter.measure(job.onRecord, job.total))
    if (event.data === live.sent) return
    live.sent = event.data
    this.#sentAt.set(job, this.#now())
    this.#log.append(event, job.id)
  }

  #arm(job: Job, live: Live, dueAt: number): void {
    clearTimeout(live.timer)
    live.dueAt = dueAt
    live.timer = setTimeout(() => this.#send(job, live), dueAt - this.#now())
  }

  #drop(job: Job): void {
    const live = this.#live.get(job.id)
    clearTimeout(live?.timer)
    this.#live.delete(job.id)
  }
}

function isRecent(job: Job): boolean {
  return job.finishedAt === null || Date.now() - job.finishedAt < RECENT_MS
}
