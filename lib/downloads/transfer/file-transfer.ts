import { AppError } from '@/lib/platform/errors'
import type { RunningHash } from '../hash/hash-thread'
import { unlessAborted } from '../jobs/abortable'
import { isCancelled } from '../jobs/interruption'
import type { ResolvedFile } from '../types'
import { checkpointEvery } from './checkpoints'
import { ConnectionCount } from './connection-count'
import { diskError } from './disk-errors'
import { TransferFault } from './faults'
import { FetchContext } from './fetch-context'
import { partPath, removePartial } from './files'
import { PartWriter } from './part-writer'
import { openPartial, type Partial, readPartial } from './partial'
import { Patience } from './patience'
import { RangeFetch } from './range-fetch'
import { RangePlan } from './range-plan'
import { Source } from './source'
import type { FetchedFile, TransferEvents, TransferSettings } from './transfer-settings'
import { WholeFetch } from './whole-fetch'

/** How often it is looked whether a checkpoint is due. */
const CHECKPOINT_LOOK_MS = 100
const MIN_SEGMENT_BYTES = 1024 * 1024
const MAX_SEGMENT_BYTES = 32 * 1024 * 1024

/**
 * Fetches one file next to where it will be, and checks its hash. What an earlier try left is gone on
 * with when its journal says that it is of the same content.
 * @param path absolute; the bytes go to `<path>.part`.
 * @throws AppError; TransferFault `changed` when the file is another one now; the signal's reason.
 */
export async function transferFile(
  settings: TransferSettings,
  file: ResolvedFile,
  path: string,
  events: TransferEvents,
  signal: AbortSignal,
): Promise<FetchedFile> {
  const { bootId, openPart } = settings
  const state = await readPartial(file, path, bootId).catch((error: unknown) => {
    throw diskError(error)
  })
  if (state?.sha256 && state.size !== null) {
    events.onBytes(state.size)
    return { size: state.size, sha256: state.sha256 }
  }
  const partial = await openPartial(file, path, { state, bootId, openPart })
  try {
    return await new FileTransfer(settings, file, path, partial, events).run(signal)
  } finally {
    await partial.close()
  }
}

class FileTransfer {
  readonly #settings: TransferSettings
  readonly #file: ResolvedFile
  readonly #path: string
  readonly #partial: Partial
  readonly #events: TransferEvents
  readonly #plan: RangePlan
  readonly #hash: RunningHash
  readonly #patience: Patience
  readonly #writer: PartWriter

  constructor(
    settings: TransferSettings,
    file: ResolvedFile,
    path: string,
    partial: Partial,
    events: TransferEvents,
  ) {
    this.#settings = settings
    this.#file = file
    this.#path = path
    this.#partial = partial
    this.#events = events
    const { giveUpMs, backoffMs, connections, onRetry } = settings
    const { part, journal } = partial
    const segment = segmentBytes(file.size, connections)
    this.#plan = new RangePlan(file.size, journal.state.written, segment)
    this.#hash = settings.hasher.begin(partPath(path))
    this.#patience = new Patience({ giveUpMs, backoffMs, onNote: events.onNote, onRetry })
    const parts = { part, journal, plan: this.#plan, hash: this.#hash }
    this.#writer = new PartWriter(parts, (bytes) => {
      this.#patience.progressed()
      events.onBytes(bytes)
    })
  }

  async run(signal: AbortSignal): Promise<FetchedFile> {
    this.#events.onBytes(this.#plan.done.total)
    const failed = new AbortController()
    const stopCheckpoints = checkpointEvery(
      CHECKPOINT_LOOK_MS,
      () => this.#writer.checkpointWhenDue(),
      (error) => failed.abort(error),
    )
    try {
      await this.#fetch(AbortSignal.any([signal, failed.signal]))
      return await this.#verify(signal)
    } finally {
      this.#hash.drop()
      await stopCheckpoints()
      // What is deleted next need not be brought to the disk first.
      await (isCancelled(signal) ? this.#writer.idle() : this.#writer.checkpoint())
    }
  }

  async #fetch(signal: AbortSignal): Promise<void> {
    const { client, limiter, stallMs, connections } = this.#settings
    const context = new FetchContext({
      file: this.#file,
      source: new Source(client, this.#file),
      plan: this.#plan,
      journal: this.#partial.journal,
      patience: this.#patience,
      limiter,
      blocks: this.#settings.hasher.blocks,
      write: (bytes, position) => this.#writer.write(bytes, position),
      stallMs,
      onSize: (size) => this.#events.onSize(size),
    })
    try {
      await new RangeFetch(context, new ConnectionCount(connections)).run(signal)
    } catch (error) {
      if (!(error instanceof TransferFault) || error.fault.kind !== 'no_ranges') throw error
      await new WholeFetch(context).run(signal)
    }
  }

  async #verify(signal: AbortSignal): Promise<FetchedFile> {
    const size = this.#plan.size ?? this.#plan.done.total
    if (this.#file.size === null) await this.#events.onSize(size)
    await this.#events.onFetched()
    // The disk and the hash are busy with the last bytes at the same time. Who fails here asks for the checkpoint again.
    this.#writer.checkpoint().catch(() => undefined)
    const sha256 = await unlessAborted(this.#finishHash(size), signal)
    if (this.#file.sha256 && sha256 !== this.#file.sha256) {
      // Bytes that are wrong somewhere, nobody knows where, are of no use to another try.
      await removePartial(this.#path)
      throw mismatch(this.#file.sha256, sha256)
    }
    await this.#partial.part.truncate(size)
    await this.#writer.checkpoint()
    await this.#partial.journal.verified(sha256)
    return { size, sha256 }
  }

  async #finishHash(size: number): Promise<string> {
    try {
      return await this.#hash.finish(size)
    } catch (cause) {
      throw notHashed(cause)
    }
  }
}

function segmentBytes(size: number | null, connections: number): number {
  if (size === null) return MAX_SEGMENT_BYTES
  const even = Math.ceil(size / (connections * 8))
  return Math.min(MAX_SEGMENT_BYTES, Math.max(MIN_SEGMENT_BYTES, even))
}

function mismatch(expected: string, actual: string): AppError {
  return new AppError(
    `The file is not what the hub says: its SHA-256 is ${actual}, not ${expected}.`,
    {
      code: 'checksum_mismatch',
      status: 502,
      hint: 'Nothing was installed. Retry fetches it anew; if it happens again, the hub or a proxy changes the bytes.',
    },
  )
}

function notHashed(cause: unknown): AppError {
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new AppError(`The file can not be checked: ${detail}`, {
    code: 'cannot_verify',
    status: 500,
    hint: 'Retry: what is there is kept. If it happens again, check the disk.',
    cause,
  })
}
