/** Tokens of one sequence that wait to be evaluated. */
type Item = { readonly tokens: readonly unknown[] }

/**
 * How often a batch waits a turn of the microtask queue for sequences that are not there yet. Three turns are what it
 * takes; the rest is for one that has more to do between two tokens, and in the worst case costs microseconds.
 */
const MOST_TURNS = 32

/**
 * Composes the batches of one context. llama.cpp reads all weights for each batch, so a sequence that misses one costs
 * almost as much as a whole step. By itself node-llama-cpp starts the next batch as soon as the last token of the one
 * before is chosen, which is always just before its sequence has asked for more.
 */
export class FullBatches {
  private running = 0
  private turns = 0

  /** Runs something during which a sequence wants tokens evaluated, again and again. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.running++
    try {
      return await work()
    } finally {
      this.running--
    }
  }

  /**
   * What of these items the next batch evaluates, `size` tokens at most: generations first, since they want one token
   * each, then prompts. Nothing, when it is better to ask again a turn later.
   */
  readonly compose = <I extends Item>({ items, size }: { items: readonly I[]; size: number }) => {
    if (items.length < this.running && this.turns < MOST_TURNS) {
      this.turns++
      return []
    }
    this.turns = 0
    let left = size
    return items
      .toSorted((a, b) => a.tokens.length - b.tokens.length)
      .map((item) => {
        const processAmount = Math.min(left, item.tokens.length)
        left -= processAmount
        return { item, processAmount }
      })
      .filter(({ processAmount }) => processAmount > 0)
  }
}
