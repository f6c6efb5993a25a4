import { BLOCK_BYTES, type Block, type Blocks } from './blocks'

/** Bytes that are to be written, and what to call when they were. */
export type Cut = { bytes: Buffer; release(): void }

/**
 * Fills blocks with what one connection reads. A block of which a part was cut stays until it is full, because the
 * system may be about to read into its rest.
 */
export class Filling {
  readonly #blocks: Blocks
  #block: Block | null = null
  #from = 0
  #to = 0

  constructor(blocks: Blocks) {
    this.#blocks = blocks
  }

  /** Bytes that are waiting to be cut. */
  get waiting(): number {
    return this.#to - this.#from
  }

  /** Whether nothing more goes in before what is there is cut. */
  get full(): boolean {
    return this.#to === BLOCK_BYTES
  }

  /** Where the next bytes belong, at least one. */
  room(): Buffer {
    this.#block ??= this.#blocks.take()
    return this.#block.bytes.subarray(this.#to)
  }

  /** Takes bytes as far as there is room, and says how many. Those that were read right into the room are not copied. */
  add(bytes: Buffer): number {
    const room = this.room()
    const fresh = bytes.subarray(0, room.length)
    if (fresh.buffer !== room.buffer || fresh.byteOffset !== room.byteOffset) fresh.copy(room)
    this.#to += fresh.length
    return fresh.length
  }

  /** Takes out what is waiting; null when nothing is. */
  cut(): Cut | null {
    const block = this.#block
    if (!block || this.waiting === 0) return null
    const bytes = block.bytes.subarray(this.#from, this.#to)
    this.#from = this.#to
    block.hold()
    if (this.full) this.drop()
    return { bytes, release: () => block.release() }
  }

  /** Gives the block back: nobody reads into it any more. */
  drop(): void {
    this.#block?.release()
    this.#block = null
    this.#from = 0
    this.#to = 0
  }
}
