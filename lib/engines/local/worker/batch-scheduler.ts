import { EventEmitter, once } from 'node:events'

/** Tokens of one sequence that wait to be evaluated. */
type Item = { readonly tokens: readonly unknown[] }

/**
 * How often a batch waits a turn of the microtask queue for sequences that are not there yet. A few turns are what it
 * takes; the rest is for one that has more to do between two tokens, and in the worst case costs microseconds.
 */
const MAX_TURNS = 32

/**
 * Decides what the sequences of one context do when: which tokens share a batch, and when one of them has the context
 * to itself.
 *
 * llama.cpp reads all weights for each batch, so a sequence that misses one costs almost as much as a whole step. By
 * itself node-llama-cpp starts the next batch as soon as the last token of the one before is chosen, which is always
 * just before its sequence has asked for more.
 *
 * Erasing tokens needs the lock of the context, and node-llama-cpp's dispatch loop keeps that as long as it finds
 * something to evaluate: with two sequences running, until one of them ends. So evaluations are the readers and
 * `exclusive` the writer of a read-write lock of our own, in which the writer goes first: while one waits no evaluation
 * begins, the loop runs dry at the end of the batch in flight, and its lock is free.
 */
export class BatchScheduler {
  #running = 0
  #turns = 0
  #evaluating = 0
  #claims = 0
  /** `drained` when no evaluation is in flight, `released` when nobody needs the context for himself. */
  readonly #events = new EventEmitter<{ drained: []; released: [] }>().setMaxListeners(0)

  /** Runs something during which a sequence wants tokens evaluated, again and again. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#running++
    try {
      return await work()
    } finally {
      this.#running--
    }
  }

  /** Runs one evaluation of one sequence. It begins when nobody needs the context for himself. */
  async evaluate<T>(evaluation: () => Promise<T>): Promise<T> {
    while (this.#claims > 0) await once(this.#events, 'released')
    this.#evaluating++
    try {
      return await evaluation()
    } finally {
      this.#evaluating--
      if (this.#evaluating === 0) this.#events.emit('drained')
    }
  }

  /** Runs something short that needs the lock of the context, when the evaluations in flight have ended. */
  async exclusive<T>(operation: () => Promise<T>): Promise<T> {
    this.#claims++
    try {
      while (this.#evaluating > 0) await once(this.#events, 'drained')
      return await operation()
    } finally {
      this.#claims--
      if (this.#claims === 0) this.#events.emit('released')
    }
  }

  /**
   * What of these items the next batch evaluates, `size` tokens at most: generations first, since they want one token
   * each, then prompts in the order of their arrival. Nothing, when it is better to ask again a turn later.
   */
  readonly compose = <I extends Item>({ items, size }: { items: readonly I[]; size: number }) => {
    if (items.length < this.#running && this.#turns < MAX_TURNS) {
      this.#turns++
      return []
    }
    this.#turns = 0
    let left = size
    const isPrompt = ({ tokens }: Item) => tokens.length > 1
    return [...items.filter((item) => !isPrompt(item)), ...items.filter(isPrompt)]
      .map((item) => {
        const processAmount = Math.min(left, item.tokens.length)
        left -= processAmount
        return { item, processAmount }
      })
      .filter(({ processAmount }) => processAmount > 0)
  }
}
