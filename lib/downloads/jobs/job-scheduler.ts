import type { ResolvedDownload } from '@/lib/hub/reference'
import { fromUnknown } from '@/lib/platform/errors'
import { Interruption } from '../transfer/settings'
import type { Job } from './job'
import type { JobList } from './job-list'
import type { JobRunner } from './job-runner'
import type { ProgressFeed } from './progress-feed'

/** Writes down why jobs fail. */
export type JobLog = { error(detail: object, message: string): void }

/** Watches jobs come and go. It must be quick, and must not throw. */
export type JobObserver = {
  /** Somebody wants it, or the server goes on with it. */
  queued(job: Job): void
  /** It runs. */
  began(job: Job): void
  /** It does not run any more; its status says why. */
  ended(job: Job): void
}

type Run = { controller: AbortController; ended: Promise<void> }

export type JobSchedulerOptions = {
  list: JobList
  feed: ProgressFeed
  runner: Pick<JobRunner, 'run' | 'isInstalling'>
  /** Jobs that run at once. */
  concurrency: number
  log: JobLog
  /** Default: nobody. */
  observer?: JobObserver
}

/** Places are told at once, and then at most so often: when one job leaves the queue, all others move up. */
const PLACES_MS = 250
/** A long queue is told less often, so that it takes no more than 500 events a second. */
const MS_PER_PLACE = 2

/** Runs queued jobs in their order, a few at a time, and says how each ended. */
export class JobScheduler {
  readonly #o: JobSchedulerOptions
  readonly #runs = new Map<string, Run>()
  readonly #resolutions = new Map<string, Promise<ResolvedDownload>>()
  #placesTimer: ReturnType<typeof setTimeout> | null = null
  #placesDue = false
  #held = false
  #closed = false

  constructor(options: JobSchedulerOptions) {
    this.#o = options
  }

  /**
   * Puts a job behind all others in the queue. `first` is what its reference stands for, when that is being asked already.
   * @throws AppError 429 `download_queue_full`, 507 `disk_full`; the job stays what it was then.
   */
  async enqueue(job: Job, first: Promise<ResolvedDownload> | null): Promise<void> {
    const { list } = this.#o
    const { status, problem } = job
    list.checkRoom()
    list.toEnd(job)
    list.enter(job, 'queued')
    try {
      await list.save(job)
    } catch (error) {
      // Nobody would run it, and as a queued one it could not be retried. Somebody may have cancelled it meanwhile.
      if (job.status === 'queued' && status === 'failed' && problem) list.fail(job, problem)
      if (job.status === 'queued' && status === 'paused') list.enter(job, status)
      throw error
    }
    this.#wait(job, first)
    this.fill()
  }

  /**
   * Puts what earlier processes left into the queue, in this order. None runs before all of them wait. Their rows stay as
   * they are: the server starts though the disk is full.
   */
  restore(jobs: readonly Job[]): void {
    this.#held = true
    for (const job of jobs) {
      this.#o.list.enter(job, 'queued')
      this.#wait(job, null)
    }
    this.#held = false
    this.fill()
  }

  /** Starts as many queued jobs as there is room for. */
  fill(): void {
    const { list, concurrency } = this.#o
    if (this.#closed || this.#held) return
    const chosen: Job[] = []
    for (const job of list.queue()) {
      if (this.#runs.size + chosen.length >= concurrency) break
      // One that was paused and resumed waits for its own end first.
      if (!this.#runs.has(job.id)) chosen.push(job)
    }
    for (const job of chosen) this.#start(job)
    if (chosen.length > 0) this.tellPlaces()
  }

  /** Tells every queued job's place, after somebody left the queue. */
  tellPlaces(): void {
    this.#placesDue = true
    if (this.#placesTimer || this.#closed) return
    this.#placesDue = false
    const queue = this.#o.list.queue()
    for (const [index, job] of queue.entries()) this.#o.feed.queued(job, index + 1)
    const pauseMs = Math.max(PLACES_MS, queue.length * MS_PER_PLACE)
    this.#placesTimer = setTimeout(() => {
      this.#placesTimer = null
      if (this.#placesDue) this.tellPlaces()
    }, pauseMs)
  }

  /** The end of a job that nothing stops any more; null for any other, which can be interrupted at once. */
  settling(job: Job): Promise<void> | null {
    return this.#o.runner.isInstalling(job) ? (this.#runs.get(job.id)?.ended ?? null) : null
  }

  /**
   * Stops a job that runs and resolves when nothing of it runs any more. The abort itself is done
   * when this returns, so its events have ended.
   */
  async interrupt(job: Job, kind: 'pause' | 'cancel'): Promise<void> {
    this.#resolutions.delete(job.id)
    const run = this.#runs.get(job.id)
    run?.controller.abort(new Interruption(kind))
    await run?.ended
  }

  /** Stops every job where it stands; the next process goes on with them. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#placesTimer) clearTimeout(this.#placesTimer)
    for (const run of this.#runs.values()) run.controller.abort(new Interruption('shutdown'))
    await Promise.all([...this.#runs.values()].map((run) => run.ended))
  }

  #wait(job: Job, first: Promise<ResolvedDownload> | null): void {
    if (first) this.#resolutions.set(job.id, first)
    this.#o.observer?.queued(job)
    this.#o.feed.queued(job, this.#o.list.place(job))
  }

  #start(job: Job): void {
    const controller = new AbortController()
    this.#o.list.enter(job, 'resolving')
    this.#o.observer?.began(job)
    const ended = this.#run(job, controller.signal)
      .catch((error: unknown) =>
        this.#o.log.error({ err: error, download: job.id }, 'The end of a download was not saved.'),
      )
      .finally(() => {
        this.#runs.delete(job.id)
        this.#o.observer?.ended(job)
        this.fill()
      })
    this.#runs.set(job.id, { controller, ended })
  }

  async #run(job: Job, signal: AbortSignal): Promise<void> {
    const { runner, log, list } = this.#o
    const first = this.#resolutions.get(job.id) ?? null
    this.#resolutions.delete(job.id)
    try {
      await runner.run(job, first, signal)
      // Whoever interrupts a job says what became of it.
      if (signal.aborted) return
      list.enter(job, 'complete')
      job.bytes = job.total ?? job.bytes
    } catch (error) {
      if (signal.aborted) return
      const { code, message, hint = null, cause } = fromUnknown(error)
      log.error({ err: cause ?? error, download: job.id, code }, message)
      list.fail(job, { code, message, hint })
    }
    await this.#tellEnd(job)
  }

  async #tellEnd(job: Job): Promise<void> {
    const { list, feed } = this.#o
    try {
      await list.save(job)
    } finally {
      // Who follows it learns its end also when the disk has no room to note it.
      feed.changed(job)
    }
  }
}
