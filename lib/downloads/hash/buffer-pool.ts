/**
 * Bytes that are collected before they are written. Smaller buffers take more turns of the event loop; ext4 was measured
 * to take half as much again of the processor for those of 1 and of 2 MiB.
 */
export const BUFFER_BYTES = 1536 * 1024
/** Address space only: a buffer takes memory from its first use on, and the first ones are used first. */
const SHARED_BUFFERS = 16
/** Buffers that may wait for the hash. Those that come while it is further behind are read back from the file. */
const MAX_SHARED_WITH_HASH = 6
/** Buffers beyond the shared ones that are kept for the next download. */
const MAX_SPARE = 16

/** What the thread that hashes gets to know of the pool. */
export type SharedMemory = {
  /** All shared buffers, one after the other. */
  bytes: SharedArrayBuffer
  /** How many slices of each buffer the hash has yet to take: a number of 32 bits for each. */
  retained: SharedArrayBuffer
}

/** A part of the shared memory, and the number of the buffer that it lies in. */
export type SharedSlice = { buffer: number; offset: number; length: number }

/** A buffer of the pool. It goes back when it was released as often as it was acquired and retained. */
export type PooledBuffer = { readonly bytes: Buffer; retain(): void; release(): void }

/**
 * The memory that bytes wait in until they are written and hashed, used again and again: new memory for each would
 * pile up. The thread that hashes shares it, so that it need not read back what has just been here.
 */
export class BufferPool {
  readonly shared: SharedMemory = {
    bytes: new SharedArrayBuffer(SHARED_BUFFERS * BUFFER_BYTES),
    retained: new SharedArrayBuffer(SHARED_BUFFERS * Int32Array.BYTES_PER_ELEMENT),
  }
  readonly #byHash = new Int32Array(this.shared.retained)
  readonly #references = new Int32Array(SHARED_BUFFERS)
  readonly #spare: Buffer[] = []

  /** A buffer of `BUFFER_BYTES`, with anything in it, retained once. */
  acquire(): PooledBuffer {
    const index = this.#references.findIndex(
      (count, at) => count === 0 && Atomics.load(this.#byHash, at) === 0,
    )
    if (index < 0) return this.#unshared()
    const count = (by: number) => {
      this.#references[index] = (this.#references[index] ?? 0) + by
    }
    count(1)
    const bytes = Buffer.from(this.shared.bytes, index * BUFFER_BYTES, BUFFER_BYTES)
    return { bytes, retain: () => count(1), release: () => count(-1) }
  }

  /** Retains bytes for the hash until it has taken them. Null when they are not shared, or too many wait for it already. */
  retainForHash(bytes: Buffer): SharedSlice | null {
    const buffer = Math.floor(bytes.byteOffset / BUFFER_BYTES)
    if (bytes.buffer !== this.shared.bytes) return null
    const others = this.#byHash.filter((slices, at) => slices > 0 && at !== buffer).length
    if (others >= MAX_SHARED_WITH_HASH) return null
    Atomics.add(this.#byHash, buffer, 1)
    return { buffer, offset: bytes.byteOffset, length: bytes.length }
  }

  /** Many downloads at once: what does not fit into the shared memory is read back for the hash. */
  #unshared(): PooledBuffer {
    const bytes = this.#spare.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES)
    let references = 1
    const retain = () => {
      references += 1
    }
    const release = () => {
      references -= 1
      if (references === 0 && this.#spare.length < MAX_SPARE) this.#spare.push(bytes)
    }
    return { bytes, retain, release }
  }
}

/** The pool as the thread that hashes sees it. */
export class SharedSlices {
  readonly #bytes: Buffer
  readonly #retained: Int32Array

  constructor({ bytes, retained }: SharedMemory) {
    this.#bytes = Buffer.from(bytes)
    this.#retained = new Int32Array(retained)
  }

  /** The bytes themselves, until they are released. */
  read({ offset, length }: SharedSlice): Buffer {
    return this.#bytes.subarray(offset, offset + length)
  }

  /** From now on others may write there. */
  release({ buffer }: SharedSlice): void {
    Atomics.sub(this.#retained, buffer, 1)
  }
}
