import { randomUUID } from 'node:crypto'
import { fromHubAddress } from '@/lib/hub/hub-address'
import type { ResolvedDownload } from '@/lib/hub/reference'
import { sleepUnlessAborted } from '@/lib/platform/abort'
import { canonical, Job } from './job'
import type { JobList } from './job-list'
import type { Resolve } from './job-runner'
import type { JobScheduler } from './job-scheduler'

/** How long a start waits to learn whether another reference means the same files. */
const JOIN_MS = 1500
/** Starts that ask the hub at once; those beyond wait in the queue until it is their turn to ask. */
const MAX_ASKING = 8

/** Starts downloads so that there is one for one target, whoever asks and however it is written. */
export class DownloadStarter {
  readonly #list: JobList
  readonly #scheduler: JobScheduler
  readonly #resolve: Resolve
  readonly #starting = new Map<string, Promise<Job>>()
  #asking = 0

  constructor(list: JobList, scheduler: JobScheduler, resolve: Resolve) {
    this.#list = list
    this.#scheduler = scheduler
    this.#resolve = resolve
  }

  /**
   * A new job, or the one that there is: a paused one goes on, a failed one tries again.
   * @throws AppError 400 `invalid_model_ref`, 429 `download_queue_full`, 507 `disk_full`.
   */
  start(modelRef: string, createdBy: string | null): Promise<Job> {
    const reference = canonical(modelRef)
    const starting = this.#starting.get(reference)
    if (starting) return starting
    const text = modelRef.trim()
    // The catalog and the page show what a pasted link names, not the link.
    const shown = fromHubAddress(text) === null ? text : reference
    const started = this.#startOnce(shown, reference, createdBy).finally(() =>
      this.#starting.delete(reference),
    )
    this.#starting.set(reference, started)
    return started
  }

  /**
   * Puts a paused or failed job back into the queue, behind the others.
   * @param first what its files are now, when that is known otherwise than by its own reference.
   * @throws AppError 429 `download_queue_full`, 507 `disk_full`; it stays as it was.
   */
  async wake(job: Job, first: ResolvedDownload | null = null): Promise<void> {
    // After a failure the hub is asked anew: what was wrong may be right there now.
    if (job.status === 'failed' || first) job.outdated = true
    await this.#scheduler.enqueue(job, first && Promise.resolve(first))
  }

  async #startOnce(modelRef: string, reference: string, createdBy: string | null): Promise<Job> {
    const same = this.#list.wanted(reference)
    if (same) return this.#join(same, reference, null)
    this.#list.checkRoom()
    const resolution = this.#ask(modelRef)
    const resolved = resolution && (await soon(resolution))
    const other = resolved && this.#list.wanted(resolved.target)
    // The query of a plain address may be a signature, and the older one has expired.
    if (other) return this.#join(other, reference, resolved.hub ? null : resolved)
    const now = Date.now()
    const job = new Job({
      id: randomUUID(),
      modelRef,
      target: resolved?.target ?? reference,
      status: 'queued',
      resolved,
      outdated: false,
      bytes: 0,
      total: null,
      position: 0,
      problem: null,
      createdBy,
      createdAt: now,
      updatedAt: now,
      finishedAt: null,
    })
    await this.#scheduler.enqueue(job, resolution)
    return job
  }

  /** Null when too many are being asked for: a thousand starts at once are not a thousand requests at once. */
  #ask(modelRef: string): Promise<ResolvedDownload> | null {
    if (this.#asking >= MAX_ASKING) return null
    this.#asking += 1
    return this.#resolve(modelRef, new AbortController().signal).finally(() => {
      this.#asking -= 1
    })
  }

  async #join(job: Job, reference: string, first: ResolvedDownload | null): Promise<Job> {
    this.#list.alias(reference, job)
    if (job.status === 'paused' || job.status === 'failed') await this.wake(job, first)
    return job
  }
}

/** What comes of it within a moment; null when it takes longer or fails, which the job itself then sees. */
async function soon(resolution: Promise<ResolvedDownload>): Promise<ResolvedDownload | null> {
  const given = resolution.catch(() => null)
  const late = new AbortController()
  const timeout = sleepUnlessAborted(JOIN_MS, late.signal).then(
    () => null,
    () => null,
  )
  const first = await Promise.race([given, timeout])
  late.abort()
  return first
}
