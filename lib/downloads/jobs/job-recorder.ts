import type { ResolvedDownload } from '@/lib/hub/reference'
import type { DownloadStatus } from '../schemas'
import type { Job } from './job'
import type { JobList } from './job-list'
import type { JobEvents } from './job-runner'
import type { JobLog } from './job-scheduler'
import type { ProgressFeed } from './progress-feed'

/** How often the bytes of a running job go into its row. */
const SAVE_MS = 1000

/** Brings what happens to a running job into its row and onto the feed. */
export class JobRecorder implements JobEvents {
  readonly #list: JobList
  readonly #feed: ProgressFeed
  readonly #log: JobLog
  readonly #savedAt = new WeakMap<Job, number>()

  constructor(list: JobList, feed: ProgressFeed, log: JobLog) {
    this.#list = list
    this.#feed = feed
    this.#log = log
  }

  async enter(job: Job, status: Exclude<DownloadStatus, 'failed'>): Promise<void> {
    this.#list.enter(job, status)
    await this.#list.save(job)
    if (job.status === 'verifying') this.#feed.changed(job)
  }

  resolve(job: Job, resolved: ResolvedDownload): void {
    this.#list.resolve(job, resolved)
  }

  started(job: Job): void {
    this.#feed.started(job)
  }

  advanced(job: Job): void {
    this.#feed.advanced(job)
    const now = performance.now()
    if (now - (this.#savedAt.get(job) ?? 0) < SAVE_MS) return
    this.#savedAt.set(job, now)
    // The journal is the truth about bytes; the row only remembers what people have seen.
    this.#list
      .save(job)
      .catch((error: unknown) =>
        this.#log.error({ err: error, download: job.id }, 'Progress was not saved.'),
      )
  }
}
