/**
 * Bytes that are collected before they are written. Smaller blocks take more turns of the event loop; ext4 was measured
 * to take half as much again of the processor for those of 1 and of 2 MiB.
 */
export const BLOCK_BYTES = 1536 * 1024
/** Address space only: a block takes memory from its first use on, and the first ones are used first. */
const SHARED_BLOCKS = 16
/** Blocks that may wait for the hash. Those that come while it is further behind are read back from the file. */
const MAX_LENT = 6

/** What the thread that hashes gets to know of the blocks. */
export type LentMemory = {
  /** All shared blocks, one after the other. */
  memory: SharedArrayBuffer
  /** How many pieces of each block the hash has yet to take: a number of 32 bits for each. */
  lent: SharedArrayBuffer
}

/** A part of the shared memory, and the block that it lies in. */
export type LentPiece = { block: number; offset: number; length: number }

/** Memory that bytes are read into, and that is used again once nobody who holds it needs it any more. */
export type Block = { readonly bytes: Buffer; hold(): void; release(): void }

/**
 * The memory that bytes wait in until they are written and hashed, used again and again: new memory for each would
 * pile up. The thread that hashes shares it, so that it need not read back what has just been here.
 */
export class Blocks {
  readonly shared: LentMemory = {
    memory: new SharedArrayBuffer(SHARED_BLOCKS * BLOCK_BYTES),
    lent: new SharedArrayBuffer(SHARED_BLOCKS * Int32Array.BYTES_PER_ELEMENT),
  }
  readonly #lent = new Int32Array(this.shared.lent)
  readonly #holders = new Int32Array(SHARED_BLOCKS)
  readonly #spare: Buffer[] = []

  /** Memory for `BLOCK_BYTES`, with anything in it, held once. */
  take(): Block {
    const index = this.#holders.findIndex((holders, at) => holders + this.#lentOf(at) === 0)
    if (index < 0) return this.#private()
    const holders = this.#holders
    const count = (by: number) => {
      holders[index] = (holders[index] ?? 0) + by
    }
    count(1)
    const bytes = Buffer.from(this.shared.memory, index * BLOCK_BYTES, BLOCK_BYTES)
    return { bytes, hold: () => count(1), release: () => count(-1) }
  }

  /** Lends bytes to the hash until it has taken them. Null when they are not shared, or too many are lent already. */
  lend(bytes: Buffer): LentPiece | null {
    const block = Math.floor(bytes.byteOffset / BLOCK_BYTES)
    if (bytes.buffer !== this.shared.memory) return null
    const others = this.#lent.filter((pieces, at) => pieces > 0 && at !== block).length
    if (others >= MAX_LENT) return null
    Atomics.add(this.#lent, block, 1)
    return { block, offset: bytes.byteOffset, length: bytes.length }
  }

  #lentOf(block: number): number {
    return Atomics.load(this.#lent, block)
  }

  /** Many downloads at once: what does not fit into the shared memory is read back for the hash. */
  #private(): Block {
    const bytes = this.#spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES)
    let holders = 1
    const release = () => {
      holders -= 1
      if (holders === 0) this.#spare.push(bytes)
    }
    return {
      bytes,
      hold: () => {
        holders += 1
      },
      release,
    }
  }
}
