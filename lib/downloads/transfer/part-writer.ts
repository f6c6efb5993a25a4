import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningHash } from '../hash/hash-thread'
import { fatal } from './faults'
import { diskError, type PartFile } from './files'
import type { Journal } from './journal'
import type { RangePlan } from './range-plan'

/** How often it is looked whether a checkpoint is due. */
const LOOK_MS = 100
/** With the pause between two looks it stays below a second. */
const CHECKPOINT_MS = 800
const CHECKPOINT_BYTES = 64 * 1024 * 1024
/** Milliseconds that bytes wait for the hash to come along, which costs less than reading them back. */
const HASH_WAIT_MS = 25

/**
 * The way of a byte from memory to the record: into the partial file, then into the journal, then
 * into the progress that people see. So nobody is ever shown a byte that a crash could take back.
 */
export class PartWriter {
  readonly #part: PartFile
  readonly #journal: Journal
  readonly #plan: RangePlan
  readonly #hash: RunningHash
  readonly #onBytes: (bytes: number) => void
  #writes: Promise<void> = Promise.resolve()
  #checkpoints: Promise<void> = Promise.resolve()
  #commits: Promise<void> = Promise.resolve()
  #nextCommit: Promise<void> | null = null
  #syncedBytes: number
  #syncedAt = performance.now()
  #hashed = 0
  /** The hash has much to read first, as after a restart: nobody waits for it. */
  #behind = false

  /** @param onBytes is told how many bytes of the file are on record. */
  constructor(
    parts: { part: PartFile; journal: Journal; plan: RangePlan; hash: RunningHash },
    onBytes: (bytes: number) => void,
  ) {
    this.#part = parts.part
    this.#journal = parts.journal
    this.#plan = parts.plan
    this.#hash = parts.hash
    this.#onBytes = onBytes
    this.#syncedBytes = parts.plan.done.total
    this.#advanceHash()
  }

  /** Writes bytes and resolves once they are on record. @throws TransferFault `fatal` when the disk refuses. */
  async write(bytes: Buffer, position: number): Promise<void> {
    try {
      await this.#inTurn(() => this.#part.write(bytes, position))
      await this.#shareWithHash(bytes, position)
      this.#plan.wrote(position, position + bytes.length)
      this.#advanceHash()
      await this.#commitProgress()
    } catch (error) {
      throw fatal(diskError(error))
    }
  }

  /** Makes checkpoints, so that less is left to do at the end, until the signal aborts. @throws TransferFault `fatal`. */
  async checkpointUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const fresh = this.#plan.done.total - this.#syncedBytes
      if (fresh >= CHECKPOINT_BYTES || performance.now() - this.#syncedAt >= CHECKPOINT_MS)
        await this.checkpoint()
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  /** Brings what was written onto the disk, and then the record of it. */
  checkpoint(): Promise<void> {
    this.#checkpoints = this.idle().then(() => this.#sync())
    return this.#checkpoints
  }

  /** Resolves when no checkpoint is under way. */
  idle(): Promise<void> {
    return this.#checkpoints.catch(() => undefined)
  }

  async #sync(): Promise<void> {
    const { total } = this.#plan.done
    this.#syncedAt = performance.now()
    if (total === this.#syncedBytes) return
    const ranges = this.#plan.done.toArray()
    try {
      await this.#part.sync()
      await this.#journal.synced(ranges)
      this.#syncedBytes = total
    } catch (error) {
      throw fatal(diskError(error))
    }
  }

  /** Threads that write to one file at the same time only wait for one another, and burn time with it. */
  #inTurn(write: () => Promise<void>): Promise<void> {
    const written = this.#writes.then(write)
    this.#writes = written.catch(() => undefined)
    return written
  }

  /** The hash takes what comes right behind its last byte from memory. */
  async #shareWithHash(bytes: Buffer, position: number): Promise<void> {
    for (let ms = 0; position === this.#hashed; ms += 1) {
      const shared = this.#hash.share(bytes, position)
      this.#behind = !shared && (this.#behind || ms >= HASH_WAIT_MS)
      if (shared) this.#hashed += bytes.length
      else if (this.#behind) return
      else await sleep(1)
    }
  }

  /** The hash runs along behind the completed prefix. */
  #advanceHash(): void {
    const { prefix } = this.#plan.done
    if (prefix <= this.#hashed) return
    this.#hashed = prefix
    this.#hash.advance(prefix)
  }

  /** Puts what was written on record, then shows it. Writes that end while a record is being written share the next one. */
  #commitProgress(): Promise<void> {
    this.#nextCommit ??= this.#commits.then(async () => {
      this.#nextCommit = null
      const { total } = this.#plan.done
      this.#commits = this.#journal.wrote(this.#plan.done.toArray())
      await this.#commits
      this.#onBytes(total)
    })
    return this.#nextCommit
  }
}
