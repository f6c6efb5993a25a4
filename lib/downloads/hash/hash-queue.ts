import { createHash, type Hash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import type { LentPiece } from '../transfer/blocks'
import { errorCode } from '../transfer/files'
import type { HashAnswer, HashRequest } from './hash-protocol'
import type { LentBytes } from './lent-bytes'

type Entry = {
  path: string
  hash: Hash
  fd: number | null
  at: number
  until: number
  /** What is in memory of the bytes up to `until`, in order. */
  lent: { at: number; piece: LentPiece }[]
  /** Bytes of the whole file, once somebody waits for the hash. */
  size: number | null
}

const READ_BYTES = 512 * 1024

/**
 * The files that are being hashed, each from its front as far as it is there, in turns. Bytes come from the memory
 * that the download lends, and otherwise from the page cache, where it has just put them.
 */
export class HashQueue {
  readonly #entries = new Map<number, Entry>()
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  readonly #bytes: LentBytes
  readonly #answer: (answer: HashAnswer) => void

  constructor(bytes: LentBytes, answer: (answer: HashAnswer) => void) {
    this.#bytes = bytes
    this.#answer = answer
  }

  /** Takes one request; the work is done by `step`. */
  handle(request: HashRequest): void {
    if (request.type === 'drop') {
      this.#forget(request.id)
      return
    }
    const entry = this.#entries.get(request.id) ?? newEntry(request.path)
    this.#entries.set(request.id, entry)
    if (request.type === 'lend') entry.lent.push(request)
    if (request.type === 'finish') entry.size = request.size
    entry.until = request.type === 'finish' ? request.size : Math.max(entry.until, endOf(request))
  }

  /** Takes one piece of each file that has more. Returns whether there is more to do. */
  step(): boolean {
    let more = false
    for (const [id, entry] of this.#entries) {
      try {
        this.#advance(entry)
        if (entry.at === entry.size) this.#end(id, entry)
        else more ||= entry.at < entry.until
      } catch (error) {
        this.#fail(id, error)
      }
    }
    return more
  }

  #advance(entry: Entry): void {
    if (entry.at >= entry.until) return
    const next = entry.lent[0]
    if (next && next.at <= entry.at) {
      entry.lent.shift()
      this.#takeLent(entry, next)
    } else this.#readBack(entry, next?.at ?? entry.until)
  }

  #takeLent(entry: Entry, { at, piece }: Entry['lent'][number]): void {
    // Bytes that were hashed already can be lent again after a file was told of anew.
    if (at === entry.at) {
      entry.hash.update(this.#bytes.read(piece))
      entry.at += piece.length
    }
    this.#bytes.giveBack(piece)
  }

  #readBack(entry: Entry, until: number): void {
    entry.fd ??= openSync(entry.path, 'r')
    const want = Math.min(READ_BYTES, until - entry.at)
    const got = readSync(entry.fd, this.#buffer, 0, want, entry.at)
    if (got === 0) throw new Error('The partial file is shorter than its journal says.')
    entry.hash.update(this.#buffer.subarray(0, got))
    entry.at += got
  }

  #end(id: number, entry: Entry): void {
    this.#answer({ type: 'hashed', id, sha256: entry.hash.digest('hex') })
    this.#forget(id)
  }

  #fail(id: number, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    this.#answer({ type: 'failed', id, message, code: errorCode(error) })
    this.#forget(id)
  }

  #forget(id: number): void {
    const entry = this.#entries.get(id)
    this.#entries.delete(id)
    for (const { piece } of entry?.lent ?? []) this.#bytes.giveBack(piece)
    if (typeof entry?.fd === 'number') closeSync(entry.fd)
  }
}

function newEntry(path: string): Entry {
  return { path, hash: createHash('sha256'), fd: null, at: 0, until: 0, lent: [], size: null }
}

function endOf(request: Extract<HashRequest, { type: 'advance' | 'lend' }>): number {
  return request.type === 'lend' ? request.at + request.piece.length : request.until
}
