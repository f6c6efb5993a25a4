import { createHash, type Hash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { errorCode } from '../transfer/files'
import type { HashAnswer, HashRequest } from './hash-protocol'

type Entry = {
  path: string
  hash: Hash
  fd: number | null
  at: number
  until: number
  /** Bytes of the whole file, once somebody waits for the hash. */
  size: number | null
}

const READ_BYTES = 512 * 1024

/**
 * The files that are being hashed, each from its front as far as it is there, in turns. Bytes come from the page
 * cache, where the download has just put them.
 */
export class HashQueue {
  readonly #entries = new Map<number, Entry>()
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  readonly #answer: (answer: HashAnswer) => void

  constructor(answer: (answer: HashAnswer) => void) {
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
    if (request.type === 'finish') entry.size = request.size
    entry.until = request.type === 'finish' ? request.size : Math.max(entry.until, request.until)
  }

  /** Reads one buffer of each file that has more. Returns whether there is more to do. */
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
    entry.fd ??= openSync(entry.path, 'r')
    const want = Math.min(READ_BYTES, entry.until - entry.at)
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
    const fd = this.#entries.get(id)?.fd
    this.#entries.delete(id)
    if (typeof fd === 'number') closeSync(fd)
  }
}

function newEntry(path: string): Entry {
  return { path, hash: createHash('sha256'), fd: null, at: 0, until: 0, size: null }
}
