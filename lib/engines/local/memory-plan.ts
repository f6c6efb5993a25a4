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
