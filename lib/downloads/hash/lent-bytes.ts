import type { LentMemory, LentPiece } from '../transfer/blocks'

/** The thread's side of the memory that downloads lend it. */
export class LentBytes {
  readonly #memory: Buffer
  readonly #lent: Int32Array

  constructor({ memory, lent }: LentMemory) {
    this.#memory = Buffer.from(memory)
    this.#lent = new Int32Array(lent)
  }

  /** The bytes themselves, until they are given back. */
  read({ offset, length }: LentPiece): Buffer {
    return this.#memory.subarray(offset, offset + length)
  }

  /** From now on others may write there. */
  giveBack({ block }: LentPiece): void {
    Atomics.sub(this.#lent, block, 1)
  }
}
