import { formatReference, parseReference } from '@/lib/hub/reference'
import { diskFull, isDiskFull } from '@/lib/platform/errors'
import { isFinal, type Job } from '../types'
import { queueOf } from './job-queue'
import type { JobStore } from './job-store'
import type { JobBook } from './progress-feed'

/** The jobs in memory, each kept as a row too. */
export class JobList implements JobBook {
  readonly #store: JobStore
  readonly #jobs = new Map<string, Job>()
  /** Other references that were answered with a job, which only this process remembers. */
  readonly #aliases = new Map<string, Job>()
  readonly #removed = new WeakSet<Job>()

  constructor(store: JobStore) {
    this.#store = store
  }

  /** Reads what earlier processes left. */
  async load(): Promise<void> {
    for (const job of await this.#store.list()) this.#jobs.set(job.id, job)
  }

  jobs(): Iterable<Job> {
    return this.#jobs.values()
  }

  find(id: string): Job | undefined {
    return this.#jobs.get(id)
  }

  place(job: Job): number | null {
    const index = queueOf(this.jobs()).indexOf(job)
    return index < 0 ? null : index + 1
  }

  /** The unfinished or failed job of a target or reference, if there is one. */
  wanted(target: string): Job | undefined {
    for (const job of this.#jobs.values()) if (!isGone(job) && isReference(job, target)) return job
    return undefined
  }

  /** Remembers that this canonical reference was answered with the job. */
  alias(reference: string, job: Job): void {
    this.#aliases.set(reference, job)
  }

  /** The job of this canonical reference that was asked for last. */
  newest(reference: string): Job | undefined {
    const alias = this.#aliases.get(reference)
    let newest = alias ? this.#jobs.get(alias.id) : undefined
    for (const job of this.#jobs.values())
      if (isReference(job, reference) && (!newest || job.createdAt >= newest.createdAt))
        newest = job
    return newest
  }

  /** Whether a job may still go on with the partial file of `path`. */
  claims(path: string): boolean {
    for (const job of this.#jobs.values())
      if (!isGone(job) && job.resolved?.files.some((file) => file.path === path)) return true
    return false
  }

  /**
   * Adds a job, or writes down how it is now. One that was removed stays so, though its last bytes may come late.
   * @throws AppError 507 `disk_full`; a new job is not added then.
   */
  async save(job: Job): Promise<void> {
    if (this.#removed.has(job)) return
    const known = this.#jobs.has(job.id)
    this.#jobs.set(job.id, job)
    job.updatedAt = Date.now()
    if (isFinal(job.status)) job.finishedAt ??= job.updatedAt
    else job.finishedAt = null
    try {
      await this.#store.save(job)
    } catch (error) {
      if (!known) this.#jobs.delete(job.id)
      throw isDiskFull(error) ? diskFull(error) : error
    }
  }

  async remove(job: Job): Promise<void> {
    this.#removed.add(job)
    this.#jobs.delete(job.id)
    for (const [reference, other] of this.#aliases)
      if (other === job) this.#aliases.delete(reference)
    await this.#store.remove(job.id)
  }
}

/** Whether a job is of this target, or was asked for with this canonical reference, however it was written. */
function isReference(job: Job, reference: string): boolean {
  return job.target === reference || canonical(job.modelRef) === reference
}

/** A reference in its one form. @throws AppError 400 `invalid_model_ref`. */
export function canonical(modelRef: string): string {
  return formatReference(parseReference(modelRef))
}

function isGone(job: Job): boolean {
  return job.status === 'complete' || job.status === 'cancelled'
}
