/** Bytes that are collected before they are written. */
export const BLOCK_BYTES = 512 * 1024

/** The memory that bytes wait in until they are written, used again and again: new memory for each would pile up. */
export class Blocks {
  readonly #spare: Buffer[] = []

  /** Memory for `BLOCK_BYTES`, with anything in it. */
  take(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES)
  }

  /** Gives a block back that nobody writes from any more. */
  give(block: Buffer): void {
    this.#spare.push(block)
  }
}
