import type { LlamaContextSequence, Token } from 'node-llama-cpp'
import type { FullBatches } from './full-batches'
import type { SlotView } from './slots'

/** A sequence of a context, and whether somebody is using it. */
export class Slot implements SlotView {
  busy = false
  lastUsed = 0

  constructor(
    readonly sequence: LlamaContextSequence,
    /** What composes the batches of its context. */
    readonly batches: FullBatches,
    readonly group: number,
  ) {}

  get tokens(): readonly Token[] {
    return this.sequence.contextTokens
  }

  /** Forgets everything after the first `length` tokens. */
  async keep(length: number): Promise<void> {
    const end = this.sequence.nextTokenIndex
    if (length < end) await this.sequence.eraseContextTokenRanges([{ start: length, end }])
  }
}
