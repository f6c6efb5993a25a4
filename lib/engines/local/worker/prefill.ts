import type { Token } from 'node-llama-cpp'
import type { Slot } from './slot'

/** How long a piece of a prompt may take, milliseconds. */
const TARGET_MS = 50
/** Tokens of a piece. */
const SMALLEST = 8
const LARGEST = 512

/**
 * How many prompt tokens to evaluate at a time: as many as take about 50 ms, so that a cancelled request stops soon
 * and the streams beside it do not stutter, however slow the model is.
 */
export class PrefillPace {
  /** Tokens a millisecond; a careful guess until something was measured. */
  #rate = 64 / TARGET_MS

  /** The size of the next piece when `sharing` prompts are evaluated side by side. */
  next(sharing: number): number {
    const size = Math.floor((this.#rate * TARGET_MS) / Math.max(1, sharing))
    return Math.min(LARGEST, Math.max(SMALLEST, size))
  }

  /** Learns from a piece: its tokens, and how many milliseconds it took with `sharing` at once. */
  record(tokens: number, ms: number, sharing: number): void {
    if (tokens < SMALLEST || ms <= 0) return
    const seen = (tokens * Math.max(1, sharing)) / ms
    this.#rate += (seen - this.#rate) / 2
  }
}

/** Evaluates prompts in pieces; one for all prompts of a worker, because they share its speed. */
export class Prefill {
  readonly #pace = new PrefillPace()
  #sharing = 0
  readonly #onEvaluation: () => void

  /** @param onEvaluation called after each piece */
  constructor(onEvaluation: () => void) {
    this.#onEvaluation = onEvaluation
  }

  /**
   * Evaluates all but the last piece of `tokens`.
   * @returns that piece, from which the first token is generated; undefined when `signal` was aborted
   */
  async run(
    slot: Slot,
    tokens: readonly Token[],
    signal: AbortSignal,
  ): Promise<Token[] | undefined> {
    let rest = tokens.slice()
    this.#sharing++
    try {
      for (;;) {
        if (signal.aborted) return undefined
        const sharing = this.#sharing
        const size = this.#pace.next(sharing)
        if (rest.length <= size) return rest
        const before = performance.now()
        await slot.prefill(rest.slice(0, size))
        this.#pace.record(size, performance.now() - before, sharing)
        this.#onEvaluation()
        rest = rest.slice(size)
      }
    } finally {
      this.#sharing--
    }
  }
}
