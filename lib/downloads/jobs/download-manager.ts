import type { ResolvedDownload } from '@/lib/hub/reference'
import type { Source } from '@/lib/sse'
import type { DownloadView } from '../schemas'
import type { RateLimiter } from '../transfer/rate-limiter'
import type { DownloadStarter } from './download-starter'
import type { DownloadStats } from './download-stats'
import { canonical, downloadNotFound, isFinal, type Job, wrongState } from './job'
import type { JobList } from './job-list'
import type { JobLog, JobScheduler } from './job-scheduler'
import { viewOf } from './job-view'
import type { Orphans } from './partials'
import type { ProgressFeed } from './progress-feed'

export type DownloadManagerOptions = {
  list: JobList
  scheduler: JobScheduler
  feed: ProgressFeed
  starter: DownloadStarter
  orphans: Orphans
  limiter: RateLimiter
  stats: DownloadStats
  hasher: { close(): Promise<void> }
  /** How many bytes of a job are on disk. */
  recorded: (resolved: ResolvedDownload) => Promise<number>
  log: JobLog
}

/** Everything that can be done with downloads. */
export class DownloadManager {
  readonly #o: DownloadManagerOptions
  readonly orphans: Orphans
  readonly limiter: RateLimiter
  readonly stats: DownloadStats

  constructor(options: DownloadManagerOptions) {
    this.#o = options
    this.orphans = options.orphans
    this.limiter = options.limiter
    this.stats = options.stats
  }

  /** Goes on with what earlier processes left unfinished. */
  async open(): Promise<void> {
    const { list, scheduler } = this.#o
    await list.load()
    const jobs = [...list.jobs()].filter((job) => !isFinal(job.status))
    for (const job of jobs) await this.#readRecord(job)
    const waiting = jobs.filter((job) => job.status !== 'paused')
    scheduler.restore(waiting.sort((a, b) => a.position - b.position))
  }

  /** Stops every job where it stands. */
  async close(): Promise<void> {
    await this.#o.scheduler.close()
    await this.#o.hasher.close()
    this.#o.feed.close()
  }

  /** All jobs, the newest first. */
  all(): Job[] {
    return [...this.#o.list.jobs()].sort((a, b) => b.createdAt - a.createdAt)
  }

  /** @throws AppError 404 `download_not_found`. */
  get(id: string): Job {
    const job = this.#o.list.find(id)
    if (job) return job
    throw downloadNotFound(id)
  }

  /** A job as the API shows it. */
  view(job: Job): DownloadView {
    return viewOf(job, this.#o.feed.speed(job), this.#o.list.place(job))
  }

  /** Events about all jobs, about one, or about those of one reference. @throws AppError 404, 400. */
  progress(narrow: { downloadId?: string; modelRef?: string }): Source {
    const { downloadId, modelRef } = narrow
    if (downloadId !== undefined) {
      const job = this.get(downloadId)
      return this.#o.feed.source(() => job)
    }
    if (modelRef === undefined) return this.#o.feed.source()
    const reference = canonical(modelRef)
    // One that is forgotten while somebody follows it still has its end to be told.
    let job: Job | undefined
    return this.#o.feed.source(() => {
      job = this.#o.list.newest(reference) ?? job
      return job
    })
  }

  /**
   * Starts a download, or joins the one of the same files: a paused one goes on, a failed one tries again.
   * @param createdBy the account that asked, when there is one.
   * @throws AppError 400 `invalid_model_ref`.
   */
  start(modelRef: string, createdBy: string | null): Promise<Job> {
    return this.#o.starter.start(modelRef, createdBy)
  }

  /** @throws AppError 404, 409 `wrong_download_state`. */
  async pause(id: string): Promise<Job> {
    const { list, feed, scheduler } = this.#o
    const job = this.get(id)
    const settling = scheduler.settling(job)
    if (settling) await settling
    if (isPaused(job)) return job
    if (isFinal(job.status)) throw wrongState(job, 'Only one that runs or waits can be paused.')
    const stopped = scheduler.interrupt(job, 'pause')
    list.enter(job, 'paused')
    await this.#note(job)
    await stopped
    // Somebody may have resumed or cancelled it meanwhile, and has told so.
    if (!isPaused(job)) return job
    feed.changed(job)
    scheduler.tellPlaces()
    await this.#note(job)
    return job
  }

  /** @throws AppError 404, 409 `wrong_download_state`. */
  async resume(id: string): Promise<Job> {
    const job = this.get(id)
    if (job.status === 'paused') await this.#o.starter.wake(job)
    else if (isFinal(job.status)) throw wrongState(job, 'Only a paused one can be resumed.')
    return job
  }

  /** Tries a failed job again, from where it stood. @throws AppError 404, 409 `wrong_download_state`. */
  async retry(id: string): Promise<Job> {
    const job = this.get(id)
    if (job.status !== 'failed') throw wrongState(job, 'Only a failed one can be tried again.')
    await this.#o.starter.wake(job)
    return job
  }

  /** Cancels a job and deletes what was downloaded; one that has ended is forgotten. @throws AppError 404. */
  async cancel(id: string): Promise<Job> {
    const { list, feed, scheduler } = this.#o
    const job = this.get(id)
    // Who is told that it was cancelled must not find the model a moment later.
    const settling = scheduler.settling(job)
    if (settling) await settling
    if (isFinal(job.status)) {
      const removed = list.remove(job).then(
        () => true,
        () => false,
      )
      if (job.status === 'failed') await this.#discard(job)
      // On a full disk there is room for it now.
      if (!(await removed)) await list.remove(job)
      return job
    }
    // The answer does not wait for the disk: the job is over when its connections are.
    const stopped = scheduler.interrupt(job, 'cancel')
    list.enter(job, 'cancelled')
    const discarded = stopped.then(() => this.#discard(job))
    // A full disk takes the row once what was downloaded is gone.
    await list.save(job).catch(() => discarded.then(() => list.save(job)))
    feed.changed(job)
    scheduler.tellPlaces()
    return job
  }

  /** Moves a queued job one place; at the end of the queue it stays. @throws AppError 404, 409. */
  async move(id: string, direction: 'up' | 'down'): Promise<Job> {
    const { list, feed } = this.#o
    const job = this.get(id)
    if (job.status !== 'queued') throw wrongState(job, 'Only a queued one can be moved.')
    const other = list.move(job, direction)
    if (!other) return job
    await this.#note(job)
    await this.#note(other)
    for (const each of [job, other]) feed.queued(each, list.place(each))
    return job
  }

  /** Writes down what has happened already. A full disk does not undo it; after a restart it may be as it was before. */
  async #note(job: Job): Promise<void> {
    const { list, log } = this.#o
    await list
      .save(job)
      .catch((err: unknown) => log.error({ err, download: job.id }, 'A change was not saved.'))
  }

  /** A journal that can't be read fails its job once that runs; all others go on. */
  async #readRecord(job: Job): Promise<void> {
    if (!job.resolved) return
    try {
      job.onRecord = await this.#o.recorded(job.resolved)
      job.bytes = Math.max(job.bytes, job.onRecord)
    } catch (err) {
      this.#o.log.error({ err, download: job.id }, 'What is there of a download can not be read.')
    }
  }

  /** Deletes what was downloaded of a job that is over; what can't be deleted shows up as an orphan. */
  async #discard(job: Job): Promise<void> {
    try {
      await this.orphans.discard(job.resolved?.files ?? [])
    } catch (err) {
      this.#o.log.error({ err, download: job.id }, 'A partial download was not deleted.')
    }
  }
}

/** Asked anew after every wait: others act on the same job. */
function isPaused(job: Job): boolean {
  return job.status === 'paused'
}
