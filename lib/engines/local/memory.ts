type Options = {
  /** Bytes that may still be used now. */
  measure: () => Promise<number>
  /** Bytes that all models together may take; undefined is what the machine has. */
  limit: number | undefined
}

/** A model as far as its memory goes. */
type Holder = {
  /** Bytes that it holds by estimate; 0 while it is not loaded. */
  readonly memoryBytes: number
  readonly model: { readonly size: number }
}

/** Knows how much memory is left for models. */
export class MemoryBudget {
  /** Bytes for models that are being loaded: they are not taken from the free memory yet. */
  readonly #promised = new Map<string, number>()
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /** Sets bytes aside for a model that is going to be loaded. */
  promise(id: string, bytes: number): void {
    this.#promised.set(id, bytes)
  }

  /** The model is loaded, or never will be. */
  settle(id: string): void {
    this.#promised.delete(id)
  }

  /** Bytes for another model, beside these that are loaded. */
  async left(loaded: readonly Holder[]): Promise<number> {
    const { measure, limit } = this.#options
    const promised = sum(this.#promised.values())
    // The system still counts weights as free: they are mapped from their files, and what is mapped may be dropped,
    // though a model that is in use would have to read it again at every token.
    const mapped = sum(loaded.map(({ memoryBytes, model }) => (memoryBytes > 0 ? model.size : 0)))
    const held = sum(loaded.map(({ memoryBytes }) => memoryBytes))
    const ofMachine = (await measure()) - promised - mapped
    return limit === undefined ? ofMachine : Math.min(ofMachine, limit - promised - held)
  }
}

function sum(numbers: Iterable<number>): number {
  let total = 0
  for (const each of numbers) total += each
  return total
}
