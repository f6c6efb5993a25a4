import { formatReference, parseReference, type ResolvedDownload } from '@/lib/hub/reference'
import { AppError, isAppError, notFound } from '@/lib/platform/errors'
import type { DownloadStatus } from '../schemas'

/** Why a job failed. */
export type DownloadProblem = { code: string; message: string; hint: string | null }

/**
 * Which state may follow on which. A running job goes back to `queued` when its process ended, and to `resolving` when the
 * file changed on the server; one whose files are installed already has nothing to verify.
 */
export const TRANSITIONS: Readonly<Record<DownloadStatus, readonly DownloadStatus[]>> = {
  queued: ['resolving', 'paused', 'failed', 'cancelled'],
  resolving: ['downloading', 'queued', 'paused', 'failed', 'cancelled'],
  downloading: ['verifying', 'resolving', 'queued', 'paused', 'complete', 'failed', 'cancelled'],
  verifying: ['downloading', 'resolving', 'queued', 'paused', 'complete', 'failed', 'cancelled'],
  paused: ['queued', 'cancelled'],
  failed: ['queued'],
  complete: [],
  cancelled: [],
}

/** What is known of a job when it is made or read. */
export type JobRecord = Readonly<{
  id: string
  /** What was asked for, as it was written. */
  modelRef: string
  /** What is being fetched; until that is known, the reference in its canonical form. */
  target: string
  status: DownloadStatus
  resolved: ResolvedDownload | null
  outdated: boolean
  bytes: number
  total: number | null
  position: number
  problem: DownloadProblem | null
  /** The account that asked, when there is one. */
  createdBy: string | null
  /** Milliseconds since 1970, as the other times. */
  createdAt: number
  updatedAt: number
  finishedAt: number | null
}>

/** A download: what the database keeps of it, and what only this process knows. */
export class Job {
  readonly id: string
  readonly modelRef: string
  /** `modelRef` in its canonical form. */
  readonly reference: string
  readonly createdBy: string | null
  readonly createdAt: number
  target: string
  resolved: ResolvedDownload | null
  /** What was resolved may be wrong by now: the hub is asked again. Until it answers, the partial files are still the job's. */
  outdated: boolean
  /** The most bytes that anybody was ever shown; never fewer than before. */
  bytes: number
  /** Bytes on record now: fewer than `bytes` while something is fetched again. */
  onRecord = 0
  /** Bytes of all files; null while any of them is unknown. */
  total: number | null
  /** The order in the queue; smaller goes first. */
  position: number
  /** What it waits for, in a sentence. */
  note: string | null = null
  updatedAt: number
  #status: DownloadStatus
  #problem: DownloadProblem | null
  #finishedAt: number | null

  constructor(record: JobRecord) {
    this.id = record.id
    this.modelRef = record.modelRef
    this.reference = canonicalOrAsWritten(record.modelRef)
    this.createdBy = record.createdBy
    this.createdAt = record.createdAt
    this.target = record.target
    this.resolved = record.resolved
    this.outdated = record.outdated
    this.bytes = record.bytes
    this.total = record.total
    this.position = record.position
    this.updatedAt = record.updatedAt
    this.#status = record.status
    this.#problem = record.problem
    this.#finishedAt = record.finishedAt
  }

  get status(): DownloadStatus {
    return this.#status
  }

  /** Why it failed; null unless it has. */
  get problem(): DownloadProblem | null {
    return this.#problem
  }

  /** When it ended; null unless it has. */
  get finishedAt(): number | null {
    return this.#finishedAt
  }

  /** Whether a connection or a disk is busy with it. */
  get isRunning(): boolean {
    return ['resolving', 'downloading', 'verifying'].includes(this.#status)
  }

  /**
   * Goes on to another state: the only way in which the status changes. What it waited for is over, unless it runs on.
   * @throws Error for a transition that is not in the table, which is a fault of ours.
   */
  enter(status: Exclude<DownloadStatus, 'failed'>): void {
    this.#enter(status, null)
  }

  /** Ends with a problem. @throws Error as `enter` does. */
  fail(problem: DownloadProblem): void {
    this.#enter('failed', problem)
  }

  #enter(status: DownloadStatus, problem: DownloadProblem | null): void {
    if (!TRANSITIONS[this.#status].includes(status))
      throw new Error(`A download that is ${this.#status} can not become ${status}.`)
    this.#status = status
    this.#problem = problem
    this.#finishedAt = isFinal(status) ? Date.now() : null
    if (!this.isRunning) this.note = null
  }
}

/** Whether nothing more happens to a job unless somebody retries it. */
export function isFinal(status: DownloadStatus): boolean {
  return status === 'complete' || status === 'failed' || status === 'cancelled'
}

/** A reference in its one form. @throws AppError 400 `invalid_model_ref`. */
export function canonical(modelRef: string): string {
  return formatReference(parseReference(modelRef))
}

/** Also for a row of another version, whose references may have had other forms. */
function canonicalOrAsWritten(modelRef: string): string {
  try {
    return canonical(modelRef)
  } catch (error) {
    if (isAppError(error)) return modelRef
    throw error
  }
}

/** There is no job of this id. */
export function downloadNotFound(id: string): AppError {
  return notFound(
    `There is no download ${id}.`,
    'download_not_found',
    'GET /v1/models/download lists them.',
  )
}

/** The job is not in a state in which this makes sense. @param rule which jobs it is possible for. */
export function wrongState(job: Job, rule: string): AppError {
  return new AppError(`This download is ${job.status}. ${rule}`, {
    code: 'wrong_download_state',
    status: 409,
    hint: 'GET /v1/models/download/{id} tells its state.',
  })
}
