import { fromUnknown } from '@/lib/platform/errors'
import { Interruption } from '../transfer/settings'
import type { Job, ResolvedDownload } from '../types'
import type { JobList } from './job-list'
import { queueOf } from './job-queue'
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
  runner: JobRunner
  /** Jobs that run at once. */
  concurrency: number
  log: JobLog
  /** Default: nobody. */
  observer?: JobObserver
}

/** Runs queued jobs in their order, a few at a time, and says how each ended. */
export class JobScheduler {
  readonly #o: JobSchedulerOptions
  readonly #runs = new Map<string, Run>()
  readonly #resolutions = new Map<string, Promise<ResolvedDownload>>()
  #held = false
  #closed = false

  constructor(options: JobSchedulerOptions) {
    this.#o = options
  }

  /**
   * Puts a job into the queue. `first` is what its reference stands for, when that is being asked already.
   * @throws AppError 507 `disk_full`; the job stays what it was then.
   */
  async enqueue(job: Job, first: Promise<ResolvedDownload> | null): Promise<void> {
    const { status, problem, note, finishedAt } = job
    Object.assign(job, { status: 'queued', problem: null, note: null })
    try {
      await this.#o.list.save(job)
    } catch (error) {
      // Nobody would run it, and as a queued one it could not be retried.
      Object.assign(job, { status, problem, note, finishedAt })
      throw error
    }
    if (first) this.#resolutions.set(job.id, first)
    this.#o.observer?.queued(job)
    this.#o.feed.queued(job)
    this.fill()
  }

  /** Puts what earlier processes left into the queue, in this order. None runs before all of them wait. */
  async restore(jobs: readonly Job[]): Promise<void> {
    this.#held = true
    for (const job of jobs) await this.enqueue(job, null)
    this.#held = false
    this.fill()
  }

  /** Starts as many queued jobs as there is room for. */
  fill(): void {
    const { list, concurrency } = this.#o
    if (this.#closed || this.#held) return
    const before = queueOf(list.jobs())
    for (const job of before) {
      if (this.#runs.size >= concurrency) break
      if (!this.#runs.has(job.id)) this.#start(job)
    }
    if (queueOf(list.jobs()).length < before.length) this.tellPlaces()
  }

  /** Tells every queued job's place, after somebody left the queue. */
  tellPlaces(): void {
    for (const job of queueOf(this.#o.list.jobs())) this.#o.feed.queued(job)
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
    const run = this.#runs.get(job.id)
    run?.controller.abort(new Interruption(kind))
    await run?.ended
  }

  /** Stops every job where it stands; the next process goes on with them. */
  async close(): Promise<void> {
    this.#closed = true
    for (const run of this.#runs.values()) run.controller.abort(new Interruption('shutdown'))
    await Promise.all([...this.#runs.values()].map((run) => run.ended))
  }

  #start(job: Job): void {
    const controller = new AbortController()
    job.status = 'resolving'
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
    const { runner, log } = this.#o
    const first = this.#resolutions.get(job.id) ?? null
    this.#resolutions.delete(job.id)
    try {
      await runner.run(job, first, signal)
      await this.#end(job, signal, () => {
        job.status = 'complete'
        job.bytes = job.total ?? job.bytes
        job.note = null
      })
    } catch (error) {
      // Whoever interrupts a job says what became of it.
      if (signal.aborted) return
      const { code, message, hint = null, cause } = fromUnknown(error)
      log.error({ err: cause ?? error, download: job.id, code }, message)
      await this.#end(job, signal, () => {
        job.status = 'failed'
        job.problem = { code, message, hint }
      })
    }
  }

  async #end(job: Job, signal: AbortSignal, change: () => void): Promise<void> {
    const { list, feed } = this.#o
    if (signal.aborted) return
    change()
    try {
      await list.save(job)
    } finally {
      // Who follows it learns its end also when the disk has no room to note it.
      feed.changed(job)
    }
  }
}
