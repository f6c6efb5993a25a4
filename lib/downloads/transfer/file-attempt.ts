import type { ResolvedFile } from '@/lib/hub/reference'
import { unlessAborted } from '@/lib/platform/abort'
import { AppError } from '@/lib/platform/errors'
import type { RunningHash } from '../hash/hash-thread'
import { ConnectionCount } from './connection-count'
import { TransferFault } from './faults'
import { type FetchParts, RangeFetch, SequentialFetch } from './file-fetch'
import { FileSource } from './file-source'
import { partPath } from './files'
import { PartWriter } from './part-writer'
import type { Partial } from './partial'
import { RangePlan } from './range-plan'
import { receive } from './receive'
import type { RetryPolicy } from './retry-policy'
import {
  type FetchedFile,
  isCancelled,
  type TransferEvents,
  type TransferSettings,
} from './settings'

export type AttemptOptions = {
  settings: TransferSettings
  file: ResolvedFile
  /** Absolute, where the file will be. */
  path: string
  events: TransferEvents
  retry: RetryPolicy
  /** Over one connection from the front; otherwise in pieces over several. */
  sequential: boolean
}

const MIN_SEGMENT_BYTES = 1024 * 1024
const MAX_SEGMENT_BYTES = 32 * 1024 * 1024

/** What came is not the file whose hash the hub published. */
export class HashMismatch extends Error {
  override readonly name = 'HashMismatch'

  constructor(expected: string, actual: string) {
    super(`The file is not what the hub says: its SHA-256 is ${actual}, not ${expected}.`)
  }
}

/** One way of a file from its server to a partial file with the right hash. */
export class FileAttempt {
  readonly #o: AttemptOptions
  readonly #partial: Partial
  readonly #plan: RangePlan
  readonly #hash: RunningHash
  readonly #writer: PartWriter

  constructor(options: AttemptOptions, partial: Partial) {
    const { settings, file, path, events, retry } = options
    const { part, journal } = partial
    this.#o = options
    this.#partial = partial
    const size = file.size ?? journal.state.size
    const segment = segmentBytes(size, settings.connections)
    this.#plan = new RangePlan(size, journal.state.written, segment)
    this.#hash = settings.hasher.begin(partPath(path))
    const parts = { part, journal, plan: this.#plan, hash: this.#hash }
    this.#writer = new PartWriter(parts, (bytes) => {
      retry.progressed()
      events.onBytes(bytes)
    })
  }

  /** @throws HashMismatch; AppError; TransferFault `changed`; the signal's reason. */
  async run(signal: AbortSignal): Promise<FetchedFile> {
    this.#o.events.onBytes(this.#plan.done.total)
    const failed = new AbortController()
    const ended = new AbortController()
    const checkpoints = this.#writer
      .checkpointUntil(ended.signal)
      .catch((error: unknown) => failed.abort(error))
    try {
      const { size } = this.#plan
      if (size !== null && this.#o.file.size === null) await this.#o.events.onSize(size)
      await this.#fetch(AbortSignal.any([signal, failed.signal]))
      return await this.#verify(signal)
    } finally {
      this.#hash.drop()
      ended.abort()
      await checkpoints
      // What is deleted next need not be brought to the disk first.
      await (isCancelled(signal) ? this.#writer.idle() : this.#writer.checkpoint())
    }
  }

  async #fetch(signal: AbortSignal): Promise<void> {
    const parts = this.#parts()
    if (this.#o.sequential) return new SequentialFetch(parts, true).run(signal)
    try {
      const count = new ConnectionCount(this.#o.settings.connections)
      await new RangeFetch(parts, count).run(signal)
    } catch (error) {
      if (!(error instanceof TransferFault)) throw error
      const { kind } = error.fault
      if (kind !== 'no_ranges' && kind !== 'no_validator') throw error
      await new SequentialFetch(parts, false).run(signal)
    }
  }

  #parts(): FetchParts {
    const { settings, file, events, retry } = this.#o
    const { client, limiter, stallMs, hasher } = settings
    const plan = this.#plan
    const onSize = (size: number) => events.onSize(size)
    const write = (bytes: Buffer, position: number) => this.#writer.write(bytes, position)
    return {
      source: new FileSource({
        client,
        file,
        plan,
        journal: this.#partial.journal,
        stallMs,
        onSize,
      }),
      plan,
      retry,
      receive: (body) => receive({ ...body, write, buffers: hasher.buffers, limiter, stallMs }),
      hasHash: file.sha256 !== null,
    }
  }

  async #verify(signal: AbortSignal): Promise<FetchedFile> {
    const { file, events } = this.#o
    const size = this.#plan.size ?? this.#plan.done.total
    if (file.size === null) await events.onSize(size)
    await events.onFetched()
    // The disk and the hash are busy with the last bytes at the same time. Who fails here asks for the checkpoint again.
    this.#writer.checkpoint().catch(() => undefined)
    const sha256 = await unlessAborted(this.#finishHash(size), signal)
    if (file.sha256 && sha256 !== file.sha256) throw new HashMismatch(file.sha256, sha256)
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

function notHashed(cause: unknown): AppError {
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new AppError(`The file can not be checked: ${detail}`, {
    code: 'cannot_verify',
    status: 500,
    hint: 'Retry: what is there is kept. If it happens again, check the disk.',
    cause,
  })
}
