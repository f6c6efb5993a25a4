import { BUFFER_BYTES, type BufferPool, type PooledBuffer } from '../hash/buffer-pool'

/** Where received bytes go. Resolves once they are on record. */
export type Write = (bytes: Buffer, position: number) => Promise<void>

/** Writes of one connection that may be under way. With the buffer that is being filled, they are what a crash takes back. */
const MAX_WRITES = 2
/** On a slow line a buffer is written before it is full, so that people see the bytes come. */
const FLUSH_MS = 200

/**
 * Collects what one connection brings, and writes it in large pieces: when a buffer is full, or after a while. A buffer
 * of which a part was written stays until it is full.
 */
export class BlockWriter {
  readonly #pool: BufferPool
  readonly #write: Write
  readonly #onFailure: (error: unknown) => void
  readonly #writes = new Set<Promise<void>>()
  #failure: { error: unknown } | null = null
  #buffer: PooledBuffer | null = null
  /** The part of the buffer that waits to be written. */
  #from = 0
  #to = 0
  /** Where in the file that part ends. */
  #end = 0
  #timer: NodeJS.Timeout | null = null

  /** @param onFailure is told at once when a write fails; `end` throws it later. */
  constructor(pool: BufferPool, write: Write, onFailure: (error: unknown) => void) {
    this.#pool = pool
    this.#write = write
    this.#onFailure = onFailure
  }

  /**
   * Takes bytes that follow those before. Null when more may come at once; otherwise resolves when they may: the disk
   * is behind.
   */
  add(bytes: Buffer, position: number): Promise<void> | null {
    for (let at = 0; at < bytes.length; ) {
      this.#buffer ??= this.#pool.acquire()
      const copied = bytes.copy(this.#buffer.bytes, this.#to, at)
      at += copied
      this.#to += copied
      this.#end = position + at
      if (this.#to === BUFFER_BYTES) this.#flush()
      else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS)
    }
    return this.#writes.size < MAX_WRITES ? null : Promise.race(this.#writes)
  }

  /** Writes what is left, and resolves when nothing is under way. @throws the error of a write. */
  async end(): Promise<void> {
    this.#flush()
    this.#drop()
    await Promise.all(this.#writes)
    if (this.#failure) throw this.#failure.error
  }

  #flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const buffer = this.#buffer
    if (!buffer || this.#to === this.#from) return
    const bytes = buffer.bytes.subarray(this.#from, this.#to)
    this.#from = this.#to
    buffer.retain()
    if (this.#to === BUFFER_BYTES) this.#drop()
    const written = this.#write(bytes, this.#end - bytes.length)
      .catch((error: unknown) => {
        this.#failure ??= { error }
        this.#onFailure(error)
      })
      .finally(() => {
        this.#writes.delete(written)
        buffer.release()
      })
    this.#writes.add(written)
  }

  #drop(): void {
    this.#buffer?.release()
    this.#buffer = null
    this.#from = 0
    this.#to = 0
  }
}
