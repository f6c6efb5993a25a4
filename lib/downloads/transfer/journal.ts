import { readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isMissing } from '@/lib/platform/errors'
import { closeFile, openFile, syncData, syncFolder, writeAll } from './files'
import { decodeJournal, encodeRecord, type JournalState, toTuples } from './journal-format'
import type { Range } from './range-plan'

/** A journal that grew past this is written anew with only its newest state. */
const COMPACT_BYTES = 1024 * 1024

/** What the journal at `path` says, or null when there is none that can be trusted. */
export async function readJournal(path: string, boot: string | null): Promise<JournalState | null> {
  try {
    return decodeJournal(await readFile(path, 'utf8'), boot)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/**
 * The record of what a partial file holds, appended to while bytes arrive. Records of one journal
 * are written in the order in which they were added.
 */
export class Journal {
  readonly #path: string
  readonly #boot: string | null
  readonly #state: JournalState
  #fd: number
  #bytes: number
  #tail: Promise<void> = Promise.resolve()

  private constructor(path: string, boot: string | null, state: JournalState, opened: Opened) {
    this.#path = path
    this.#boot = boot
    this.#state = state
    this.#fd = opened.fd
    this.#bytes = opened.bytes
  }

  /** Begins at `state`, in place of whatever journal is at `path`. */
  static async open(path: string, boot: string | null, state: JournalState): Promise<Journal> {
    return new Journal(path, boot, { ...state }, await replace(path, boot, state))
  }

  /** What it says now, including what is being written. */
  get state(): Readonly<JournalState> {
    return this.#state
  }

  /** Everything that the operating system has of the partial file. Resolves once the record itself is there. */
  wrote(written: readonly Range[]): Promise<void> {
    this.#state.written = written
    return this.#append(encodeRecord({ type: 'written', ranges: toTuples(written) }))
  }

  /** Everything that was on the disk before this call. Resolves once the record is on the disk too. */
  synced(synced: readonly Range[]): Promise<void> {
    this.#state.synced = synced
    const line = encodeRecord({ type: 'synced', ranges: toTuples(synced) })
    return this.#appendSynced(line)
  }

  /** The validator that every reply must have, and the bytes of the whole file; null when the server did not say. */
  validator(value: string, size: number | null): Promise<void> {
    this.#state.validator = value
    this.#state.size = size ?? this.#state.size
    return this.#append(encodeRecord({ type: 'validator', value, size: size ?? undefined }))
  }

  /** The hash of the whole file, which need not be computed again. */
  verified(sha256: string): Promise<void> {
    this.#state.sha256 = sha256
    return this.#appendSynced(encodeRecord({ type: 'verified', sha256 }))
  }

  async close(): Promise<void> {
    await this.#tail
    await closeFile(this.#fd)
  }

  #append(line: string): Promise<void> {
    const written = this.#tail.then(async () => {
      if (this.#bytes > COMPACT_BYTES) await this.#compact()
      else await writeAll(this.#fd, Buffer.from(line), null)
      this.#bytes += line.length
    })
    this.#tail = written.catch(() => undefined)
    return written
  }

  /** Not in the chain of appends: they need not wait for the disk. */
  async #appendSynced(line: string): Promise<void> {
    await this.#append(line)
    await syncData(this.#fd)
  }

  /** The newest state includes the record that is being appended. */
  async #compact(): Promise<void> {
    const old = this.#fd
    const opened = await replace(this.#path, this.#boot, this.#state)
    this.#fd = opened.fd
    this.#bytes = opened.bytes
    await closeFile(old)
  }
}

type Opened = { fd: number; bytes: number }

async function replace(path: string, boot: string | null, state: JournalState): Promise<Opened> {
  const lines = [
    encodeRecord({ type: 'file', identity: state.identity, size: state.size }),
    encodeRecord({ type: 'opened', boot }),
    ...(state.validator ? [encodeRecord({ type: 'validator', value: state.validator })] : []),
    encodeRecord({ type: 'synced', ranges: toTuples(state.synced) }),
    encodeRecord({ type: 'written', ranges: toTuples(state.written) }),
    ...(state.sha256 ? [encodeRecord({ type: 'verified', sha256: state.sha256 })] : []),
  ]
  const text = Buffer.from(lines.join(''))
  const fd = await openFile(`${path}.new`, 'w')
  try {
    await writeAll(fd, text, null)
    await syncData(fd)
    await rename(`${path}.new`, path)
    await syncFolder(dirname(path))
    return { fd, bytes: text.length }
  } catch (error) {
    await closeFile(fd)
    throw error
  }
}
