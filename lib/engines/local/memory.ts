import { memoryNeeded } from '@/lib/models/fit'
import type { InstalledModel } from '@/lib/models/types'

/** The part of the free memory that the caches of one model may take. */
const CACHE_SHARE = 0.25
/** Tokens of context for one sequence when nobody says it; longer ones cost memory that most never use. */
const DEFAULT_CONTEXT = 8192
const SMALLEST_CONTEXT = 512
/** For models that do not say what they were trained with. */
const FALLBACK_TRAINED_CONTEXT = 2048

export type MemoryPlan = {
  /** Tokens for each sequence. */
  contextSize: number
  /** Sequences. */
  parallel: number
  /** Bytes that the worker will hold, estimated. */
  bytes: number
}

/**
 * How large the context and how many sequences, so that the caches stay within a quarter of the free memory: first fewer
 * sequences, then less context. A context size that was asked for is kept, up to what the model was trained for: past
 * that it writes gibberish.
 */
export function planMemory(
  model: Pick<InstalledModel, 'gguf' | 'size'>,
  wanted: { contextSize?: number; parallel: number },
  freeBytes: number,
): MemoryPlan {
  // A model that does not say it may know more than is guessed: what was asked for is believed then.
  const trained = model.gguf.contextLength ?? wanted.contextSize ?? FALLBACK_TRAINED_CONTEXT
  const need = () => memoryNeeded(model.size, model.gguf, contextSize * parallel)
  const spare = freeBytes - memoryNeeded(model.size, model.gguf, 0).total
  const tooMuch = () => need().cache > Math.max(0, spare) * CACHE_SHARE
  let contextSize = Math.min(trained, wanted.contextSize ?? DEFAULT_CONTEXT)
  let { parallel } = wanted
  while (parallel > 1 && tooMuch()) parallel = Math.ceil(parallel / 2)
  while (!wanted.contextSize && contextSize > SMALLEST_CONTEXT && tooMuch())
    contextSize = Math.max(SMALLEST_CONTEXT, Math.floor(contextSize / 2))
  return { contextSize, parallel, bytes: need().total }
}

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

  constructor(private readonly options: Options) {}

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
    const { measure, limit } = this.options
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
