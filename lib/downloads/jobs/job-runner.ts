import type { ResolvedDownload, ResolvedFile } from '@/lib/hub/reference'
import { AppError, fromUnknown, isAppError } from '@/lib/platform/errors'
import type { DownloadStatus } from '../schemas'
import { changed, isChanged, TransferFault } from '../transfer/faults'
import { confirmVersion, transferFile } from '../transfer/file-transfer'
import { bytesOnDisk, partPath } from '../transfer/files'
import type { FetchedFile, TransferSettings } from '../transfer/settings'
import type { DiskSpace } from './disk-space'
import { type FileLocks, lockOrder, type Release } from './file-locks'
import type { Fetched, Installer } from './installer'
import type { Job } from './job'
import { JobProgress, totalOf } from './job-progress'
import { resolveWithRetries } from './resolve-with-retries'

/** Finds out what a reference stands for now. */
export type Resolve = (modelRef: string, signal: AbortSignal) => Promise<ResolvedDownload>

/** What a runner has done with a job, and what it tells of it; each is on record when it returns. */
export type JobEvents = {
  /** Brings the job into another state. */
  enter(job: Job, status: Exclude<DownloadStatus, 'failed'>): Promise<void>
  /** Notes what its reference stands for. */
  resolve(job: Job, resolved: ResolvedDownload): void
  /** Bytes begin to come, for the first time or anew. */
  started(job: Job): void
  /** There are more bytes, or another note. */
  advanced(job: Job): void
}

export type JobRunnerOptions = {
  resolve: Resolve
  transfer: TransferSettings
  installer: Installer
  disk: DiskSpace
  locks: FileLocks
  events: JobEvents
}

/** A file that changes this often while it is fetched will not come to rest. */
const MAX_RESTARTS = 5

/** Takes one job from its reference to its row in the catalog. */
export class JobRunner {
  readonly #o: JobRunnerOptions
  readonly #installing = new WeakSet<Job>()

  constructor(options: JobRunnerOptions) {
    this.#o = options
  }

  /** Whether the files of a job are getting their names: it ends by itself in a moment, and nothing stops it. */
  isInstalling(job: Job): boolean {
    return this.#installing.has(job)
  }

  /**
   * Resolves once the model is installed. What was resolved before is used again, unless it is gone.
   * @throws AppError when it makes no sense to go on; the signal's reason.
   */
  async run(job: Job, first: Promise<ResolvedDownload> | null, signal: AbortSignal): Promise<void> {
    let resolution = first
    const remembered = job.resolved !== null && !job.outdated
    for (let restarts = 0; ; restarts += 1) {
      try {
        const resolved = await this.#resolve(job, resolution, signal)
        await this.#runResolved(job, resolved, signal)
        return
      } catch (thrown) {
        signal.throwIfAborted()
        const error = remembered && restarts === 0 ? orChanged(thrown) : thrown
        if (!isChanged(error) || restarts >= MAX_RESTARTS) throw toAppError(error)
        this.#o.transfer.onRetry?.(error.fault)
        job.note = `${error.message} The download starts again.`
        job.outdated = true
        resolution = null
      }
    }
  }

  async #resolve(
    job: Job,
    first: Promise<ResolvedDownload> | null,
    signal: AbortSignal,
  ): Promise<ResolvedDownload> {
    if (job.resolved && !job.outdated) return job.resolved
    await this.#enter(job, 'resolving', signal)
    const options = { ...this.#o.transfer, onNote: (note: string | null) => (job.note = note) }
    const ask = (attempt: number) =>
      attempt === 0 && first ? first : this.#o.resolve(job.modelRef, signal)
    const resolved = await resolveWithRetries(ask, options, signal)
    this.#o.events.resolve(job, resolved)
    return resolved
  }

  async #runResolved(job: Job, resolved: ResolvedDownload, signal: AbortSignal): Promise<void> {
    const held: Release[] = []
    try {
      job.total = totalOf(resolved.files)
      // Only a file that became smaller on the server lets the number go down.
      job.bytes = Math.min(job.bytes, job.total ?? job.bytes)
      await this.#enter(job, 'downloading', signal)
      const installed = await this.#o.installer.installedBytes(resolved)
      if (installed === null) await this.#fetchAndInstall(job, resolved, held, signal)
      else {
        job.total = installed
        this.#o.events.started(job)
        job.bytes = installed
        job.onRecord = installed
      }
    } finally {
      this.#o.disk.release(job.id)
      await this.#o.installer.tidy(resolved.files)
      for (const release of held) release()
    }
  }

  /** @param held gets the locks of the files, which are released once the job has ended. */
  async #fetchAndInstall(
    job: Job,
    resolved: ResolvedDownload,
    held: Release[],
    signal: AbortSignal,
  ): Promise<void> {
    const { events, installer, disk } = this.#o
    const files = lockOrder(resolved.files)
    const known = await Promise.all(files.map((file) => installer.inPlace(file)))
    const before = known.map((found) => found?.size ?? 0)
    const onDisk = await Promise.all(
      files.map((file) => bytesOnDisk(partPath(installer.pathOf(file)))),
    )
    const progress = new JobProgress(job, files, { before, onDisk }, () => events.advanced(job))
    await disk.reserve(job.id, () => progress.remaining)
    signal.throwIfAborted()
    events.started(job)
    const fetched: Fetched[] = []
    for (const [index, file] of files.entries()) {
      held.push(await this.#lock(job, file, signal))
      // Whoever had the file before may have installed it.
      const known = await installer.inPlace(file)
      if (known) progress.set(index, known.size)
      const result = known ?? (await this.#fetch(job, progress, index, file, signal))
      fetched.push({ file, result, inPlace: known !== null })
    }
    await this.#enter(job, 'verifying', signal)
    if (files.length > 1)
      for (const file of files)
        await confirmVersion(this.#o.transfer, file, installer.pathOf(file), signal)
    const gguf = await installer.checkHeaders(fetched)
    signal.throwIfAborted()
    this.#installing.add(job)
    try {
      await installer.install(job, resolved, fetched, gguf)
    } finally {
      this.#installing.delete(job)
    }
  }

  async #lock(job: Job, file: ResolvedFile, signal: AbortSignal): Promise<Release> {
    const { locks, events } = this.#o
    const mustWait = locks.isHeld(file.path)
    if (mustWait) job.note = 'Another download fetches the same file: this one waits for it.'
    if (mustWait) events.advanced(job)
    const release = await locks.acquire(file.path, signal)
    if (mustWait) job.note = null
    return release
  }

  /** An interrupted job has its status from elsewhere: nothing is written over it. */
  async #enter(
    job: Job,
    status: Exclude<DownloadStatus, 'failed'>,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted()
    if (job.status !== status) await this.#o.events.enter(job, status)
    signal.throwIfAborted()
  }

  #fetch(
    job: Job,
    progress: JobProgress,
    index: number,
    file: ResolvedFile,
    signal: AbortSignal,
  ): Promise<FetchedFile> {
    const { transfer, installer, disk, events } = this.#o
    const tell = {
      onBytes: (bytes: number) => progress.set(index, bytes),
      onSize: async (size: number) => {
        progress.setSize(index, size)
        await disk.reserve(job.id, () => progress.remaining)
      },
      onFetched: async () => {
        if (progress.complete) await this.#enter(job, 'verifying', signal)
      },
      onRestart: async () => {
        await this.#enter(job, 'downloading', signal)
        progress.set(index, 0)
        events.started(job)
      },
      onNote: (note: string | null) => {
        job.note = note
        events.advanced(job)
      },
    }
    return transferFile(transfer, file, installer.pathOf(file), tell, signal)
  }
}

/** Commits go when a history is rewritten: what an earlier run was told is not there then, and the reference leads elsewhere. */
function orChanged(error: unknown): unknown {
  const isGone = isAppError(error) && error.status === 404
  return isGone ? changed('The server does not have this version any more.') : error
}

function toAppError(error: unknown): AppError {
  if (error instanceof TransferFault && error.fault.kind === 'fatal') return error.fault.error
  return isChanged(error) ? keepsChanging(error) : fromUnknown(error)
}

function keepsChanging(cause: TransferFault): AppError {
  return new AppError('The file keeps changing on the server while it is downloaded.', {
    code: 'file_changed',
    status: 409,
    hint: 'Wait until its owner has finished, or name a revision, then retry.',
    cause,
  })
}
