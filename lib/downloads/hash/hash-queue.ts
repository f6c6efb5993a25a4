import { createHash, type Hash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { errorCode } from '@/lib/platform/errors'
import type { SharedSlice, SharedSlices } from './buffer-pool'

/** What the server asks of the thread that hashes. `id` names one file, from its first request until it is finished or dropped. */
export type HashRequest =
  /** Every byte of `path` below `until` is in the file. */
  | { type: 'advance'; id: number; path: string; until: number }
  /** The bytes from `at` on are in the file, and in shared memory too until they are taken. */
  | { type: 'share'; id: number; path: string; at: number; slice: SharedSlice }
  /** The file has `size` bytes: tell their hash, then forget it. */
  | { type: 'finish'; id: number; path: string; size: number }
  /** Nobody wants to know any more. */
  | { type: 'drop'; id: number }

/** What the thread answers to `finish`. */
export type HashAnswer =
  | { type: 'hashed'; id: number; sha256: string }
  | { type: 'failed'; id: number; message: string; code: string | null }

type Entry = {
  path: string
  hash: Hash
  fd: number | null
  at: number
  until: number
  /** What is in memory of the bytes up to `until`, in order. */
  shared: { at: number; slice: SharedSlice }[]
  /** Bytes of the whole file, once somebody waits for the hash. */
  size: number | null
}

const READ_BYTES = 512 * 1024

/**
 * The files that are being hashed, each from its front as far as it is there, in turns. Bytes come from the memory
 * that the download shares, and otherwise from the page cache, where it has just put them.
 */
export class HashQueue {
  readonly #entries = new Map<number, Entry>()
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  readonly #slices: SharedSlices
  readonly #answer: (answer: HashAnswer) => void

  constructor(slices: SharedSlices, answer: (answer: HashAnswer) => void) {
    this.#slices = slices
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
    if (request.type === 'share') entry.shared.push(request)
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
    const next = entry.shared[0]
    if (next && next.at <= entry.at) {
      entry.shared.shift()
      this.#takeShared(entry, next)
    } else this.#readBack(entry, next?.at ?? entry.until)
  }

  #takeShared(entry: Entry, { at, slice }: Entry['shared'][number]): void {
    // Bytes that were hashed already can be shared again after a file was told of anew.
    if (at === entry.at) {
      entry.hash.update(this.#slices.read(slice))
      entry.at += slice.length
    }
    this.#slices.release(slice)
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
    for (const { slice } of entry?.shared ?? []) this.#slices.release(slice)
    if (typeof entry?.fd === 'number') closeSync(entry.fd)
  }
}

function newEntry(path: string): Entry {
  return { path, hash: createHash('sha256'), fd: null, at: 0, until: 0, shared: [], size: null }
}

function endOf(request: Extract<HashRequest, { type: 'advance' | 'share' }>): number {
  return request.type === 'share' ? request.at + request.slice.length : request.until
}
