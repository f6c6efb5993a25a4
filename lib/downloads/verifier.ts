import { createHash } from 'node:crypto'
import type { PartFile } from './transfer/part-file'

const READ_BYTES = 512 * 1024

/**
 * Hashes a file from its front while it arrives in any order. Bytes that continue the hashed prefix
 * are taken from memory; what arrived ahead of it is read back, most often from the page cache, once
 * the gap before it is closed. After a restart it begins again with what is on disk.
 */
export class Verifier {
  readonly #part: Pick<PartFile, 'read'>
  readonly #hash = createHash('sha256')
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES)
  #at = 0
  #reading: Promise<void> | null = null
  #until = 0
  #stopped = false

  constructor(part: Pick<PartFile, 'read'>) {
    this.#part = part
  }

  /** Bytes that were hashed. */
  get at(): number {
    return this.#at
  }

  /** Tells of bytes that are in the file now. */
  wrote(position: number, buffers: readonly Buffer[], bytes: number): void {
    if (position !== this.#at || this.#reading) return
    for (const buffer of buffers) this.#hash.update(buffer)
    this.#at += bytes
  }

  /** Tells that every byte below `prefix` is in the file; reads on by itself as far as that. */
  advance(prefix: number): void {
    this.#until = Math.max(this.#until, prefix)
    if (this.#at < this.#until && !this.#reading && !this.#stopped) {
      this.#reading = this.#read().finally(() => {
        this.#reading = null
      })
      // Whoever calls `finish` is told; nobody else can do anything about it.
      this.#reading.catch(() => undefined)
    }
  }

  /** The SHA-256 of the first `size` bytes, lower-case hex. @throws the file system's error. */
  async finish(size: number): Promise<string> {
    this.advance(size)
    while (this.#reading) await this.#reading
    if (this.#at !== size) throw new Error(`Only ${this.#at} of ${size} bytes could be hashed.`)
    return this.#hash.digest('hex')
  }

  /** Reads no more; resolves once no read is under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#reading?.catch(() => undefined)
  }

  async #read(): Promise<void> {
    while (this.#at < this.#until && !this.#stopped) {
      const want = Math.min(READ_BYTES, this.#until - this.#at)
      const got = await this.#part.read(this.#buffer.subarray(0, want), this.#at)
      if (got === 0) throw new Error('The partial file is shorter than its journal says.')
      this.#hash.update(this.#buffer.subarray(0, got))
      this.#at += got
    }
  }
}
