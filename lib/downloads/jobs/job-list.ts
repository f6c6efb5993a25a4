import type { ResolvedDownload } from '@/lib/hub/reference'
import { AppError, diskFull, isDiskFull } from '@/lib/platform/errors'
import type { DownloadStatus } from '../schemas'
import { type DownloadProblem, isFinal, type Job } from './job'
import type { JobStore } from './job-store'
import type { JobBook } from './progress-feed'

/** The most jobs that may wait: far more than a person starts, and few enough that each can be told its place. */
export const MAX_QUEUED = 1000
/** Jobs that are remembered; beyond it those are forgotten that ended first. */
const MAX_JOBS = 4000

/** The table of jobs. */
type Rows = Pick<JobStore, 'list' | 'save' | 'remove'>

/** The jobs in memory, each kept as a row too, and the queue of those that wait. Finding one takes the same time among many. */
export class JobList implements JobBook {
  readonly #store: Rows
  readonly #jobs = new Map<string, Job>()
  /** Jobs by their canonical reference and by their target, the newest last. */
  readonly #named = new Map<string, Set<Job>>()
  /** Other references that were answered with a job, which only this process remembers. */
  readonly #aliases = new Map<string, Job>()
  readonly #queue: Job[] = []
  readonly #removed = new WeakSet<Job>()
  #lastPosition = 0

  constructor(store: Rows) {
    this.#store = store
  }

  /** Reads what earlier processes left; none of it waits yet. */
  async load(): Promise<void> {
    const jobs = await this.#store.list()
    for (const job of jobs.toSorted((a, b) => a.createdAt - b.createdAt)) this.#add(job)
  }

  jobs(): Iterable<Job> {
    return this.#jobs.values()
  }

  find(id: string): Job | undefined {
    return this.#jobs.get(id)
  }

  /** Jobs that wait, in the order in which they will run. */
  queue(): readonly Job[] {
    return this.#queue
  }

  /** The place in the queue, from 1; null when it does not wait. */
  place(job: Job): number | null {
    const index = this.#queue.indexOf(job)
    return index < 0 ? null : index + 1
  }

  /** The unfinished or failed job of a target or canonical reference, if there is one. */
  wanted(name: string): Job | undefined {
    for (const job of this.#named.get(name) ?? []) if (!isGone(job)) return job
    return undefined
  }

  /** Remembers that this canonical reference was answered with the job. */
  alias(reference: string, job: Job): void {
    this.#aliases.set(reference, job)
  }

  /** The job of this canonical reference that was asked for last. */
  newest(reference: string): Job | undefined {
    const own = [...(this.#named.get(reference) ?? [])].at(-1)
    const alias = this.#aliases.get(reference)
    return alias && (!own || alias.createdAt > own.createdAt) ? alias : own
  }

  /** Whether a job may still go on with the partial file of `path`. */
  claims(path: string): boolean {
    for (const job of this.#jobs.values())
      if (!isGone(job) && job.resolved?.files.some((file) => file.path === path)) return true
    return false
  }

  /** @throws AppError 429 `download_queue_full`. */
  checkRoom(): void {
    if (this.#queue.length < MAX_QUEUED) return
    throw new AppError(`${MAX_QUEUED} downloads wait already, and no more can.`, {
      code: 'download_queue_full',
      status: 429,
      retryAfter: 60,
      hint: 'Wait until some of them have ended, or cancel some.',
    })
  }

  /** Brings a job into another state; one that waits now is behind all others, also when it was made to wait. */
  enter(job: Job, status: Exclude<DownloadStatus, 'failed'>): void {
    if (status !== 'queued' || job.status !== 'queued') job.enter(status)
    this.#requeue(job)
  }

  /** Ends a job with a problem. */
  fail(job: Job, problem: DownloadProblem): void {
    job.fail(problem)
    this.#requeue(job)
  }

  /** Puts a job behind all others that ever waited. */
  toEnd(job: Job): void {
    this.#lastPosition += 1
    job.position = this.#lastPosition
  }

  /** Trades places with a neighbour in the queue; gives that, or null when there is none on that side. */
  move(job: Job, direction: 'up' | 'down'): Job | null {
    const index = this.#queue.indexOf(job)
    const next = index + (direction === 'up' ? -1 : 1)
    const other = index < 0 ? undefined : this.#queue[next]
    if (!other) return null
    this.#queue[index] = other
    this.#queue[next] = job
    const { position } = job
    job.position = other.position
    other.position = position
    return other
  }

  /** Notes what the reference of a job stands for. */
  resolve(job: Job, resolved: ResolvedDownload): void {
    this.#unname(job, job.target)
    job.resolved = resolved
    job.outdated = false
    job.target = resolved.target
    if (this.#jobs.has(job.id)) this.#name(job)
  }

  /**
   * Adds a job, or writes down how it is now. One that was removed stays so, though its last bytes may come late.
   * @throws AppError 507 `disk_full`; a new job is not added then.
   */
  async save(job: Job): Promise<void> {
    if (this.#removed.has(job)) return
    const known = this.#jobs.has(job.id)
    this.#add(job)
    job.updatedAt = Date.now()
    try {
      await this.#store.save(job)
    } catch (error) {
      if (!known) this.#drop(job)
      throw isDiskFull(error) ? diskFull(error) : error
    }
    if (!known) await this.#forgetOldest()
  }

  async remove(job: Job): Promise<void> {
    this.#removed.add(job)
    this.#drop(job)
    await this.#store.remove(job.id)
  }

  #add(job: Job): void {
    this.#jobs.set(job.id, job)
    this.#lastPosition = Math.max(this.#lastPosition, job.position)
    this.#name(job)
  }

  #drop(job: Job): void {
    this.#jobs.delete(job.id)
    this.#unname(job, job.reference)
    this.#unname(job, job.target)
    for (const [reference, other] of this.#aliases)
      if (other === job) this.#aliases.delete(reference)
    const index = this.#queue.indexOf(job)
    if (index >= 0) this.#queue.splice(index, 1)
  }

  #requeue(job: Job): void {
    const index = this.#queue.indexOf(job)
    if (job.status === 'queued' && index < 0) this.#queue.push(job)
    if (job.status !== 'queued' && index >= 0) this.#queue.splice(index, 1)
  }

  #name(job: Job): void {
    for (const name of [job.reference, job.target]) {
      const same = this.#named.get(name)
      if (same) same.add(job)
      else this.#named.set(name, new Set([job]))
    }
  }

  #unname(job: Job, name: string): void {
    const same = this.#named.get(name)
    same?.delete(job)
    if (same?.size === 0) this.#named.delete(name)
  }

  /** What a failed job has on the disk would become an orphan: such a one is kept. */
  async #forgetOldest(): Promise<void> {
    if (this.#jobs.size <= MAX_JOBS) return
    for (const job of this.#jobs.values()) {
      if (!isFinal(job.status) || (job.status === 'failed' && job.resolved)) continue
      return this.remove(job)
    }
  }
}

function isGone(job: Job): boolean {
  return job.status === 'complete' || job.status === 'cancelled'
}
