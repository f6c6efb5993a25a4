import type { Memory } from './machine'
import type { GgufSummary } from './types'

/** Bytes of memory that a model takes. */
export type MemoryNeed = { weights: number; cache: number; overhead: number; total: number }

/**
 * Whether a model can run here: `fits` as things are now, `tight` when other programs or models must make room, `no`
 * when the machine does not have that much.
 */
export type Verdict = 'fits' | 'tight' | 'no'

export type Fit = {
  verdict: Verdict
  /** Bytes. */
  needed: MemoryNeed
  /** Bytes that could be used now. */
  available: number
  /** Bytes of the machine or container. */
  total: number
}

/** What a header says of a model's memory. */
export type Shape = Pick<GgufSummary, 'kvBytesPerToken' | 'vocabularySize' | 'embeddingLength'>

const MIB = 1024 * 1024
/** A worker process with the runtime, before it has loaded anything. */
const WORKER_BYTES = 96 * MIB
/** Tokens of a prompt that are evaluated in one step, each with its activations and logits in 32-bit numbers. */
const BATCH_TOKENS = 512
const FLOAT_BYTES = 4
/** Activations that live at the same time, in multiples of the embedding. */
const LIVE_ACTIVATIONS = 8
/** Bytes of the mask that says for each token of a batch which of the context it sees: in 32 bits, with a copy in 16. */
const MASK_BYTES = BATCH_TOKENS * 6
/** Without a header: what cache and buffers usually come to, next to the weights. */
const UNKNOWN_SHARE = 0.15
/** Of all memory, what the system and the server itself keep. */
const USABLE_SHARE = 0.9

/** Tokens of context without which a model is of little use; also for models that do not say what they were trained for. */
export const RUNS_WELL_CONTEXT = 4096

/**
 * Estimates the memory of a loaded model on the safe side. Memory of a GPU is not counted: what is offloaded makes it less.
 * @param weightsBytes the size of its files.
 * @param shape what its header says, or null before anybody has read it.
 * @param contextSize tokens of context for each of the sequences, whose caches are apart.
 */
export function memoryNeeded(
  weightsBytes: number,
  shape: Shape | null,
  contextSize: number,
  parallel = 1,
): MemoryNeed {
  const cache = shape?.kvBytesPerToken
    ? shape.kvBytesPerToken * contextSize * parallel
    : Math.round(weightsBytes * UNKNOWN_SHARE)
  const row = (shape?.vocabularySize ?? 0) + LIVE_ACTIVATIONS * (shape?.embeddingLength ?? 0)
  const overhead = WORKER_BYTES + BATCH_TOKENS * row * FLOAT_BYTES + MASK_BYTES * contextSize
  return { weights: weightsBytes, cache, overhead, total: weightsBytes + cache + overhead }
}

/** Bytes that models can have now, and at most. @param reclaimable bytes that unloading idle models would free. */
export function roomIn(memory: Memory, reclaimable = 0): { available: number; usable: number } {
  const usable = memory.total * USABLE_SHARE
  return { usable, available: Math.min(usable, memory.available + reclaimable) }
}

/** Compares what a model needs with what there is. @param reclaimable bytes that unloading idle models would free. */
export function judgeFit(needed: MemoryNeed, memory: Memory, reclaimable = 0): Fit {
  const { usable, available } = roomIn(memory, reclaimable)
  const verdict = needed.total <= available ? 'fits' : needed.total <= usable ? 'tight' : 'no'
  return { verdict, needed, available: memory.available, total: memory.total }
}

/** Up to this size, 8 bits cost little speed, and a small model loses much by fewer. */
const SMALL_BYTES = 1024 * MIB

/** From the best balance of size, speed and quality downwards; then what is larger than it needs to be. */
const PREFERENCE = [
  'Q4_K_M',
  'UD-Q4_K_XL',
  'Q4_K_S',
  'MXFP4',
  'MXFP4_MOE',
  'IQ4_XS',
  'IQ4_NL',
  'NVFP4',
  'Q4_0',
  'Q4_1',
  'Q5_K_M',
  'Q5_K_S',
  'Q5_0',
  'Q6_K',
  'Q8_0',
  'Q3_K_L',
  'Q3_K_M',
  'IQ3_M',
  'Q3_K_S',
  'IQ3_XS',
  'Q2_K',
  'BF16',
  'F16',
  'F32',
]

/** A quantization to choose from. Size in bytes. */
export type Choice = { quantization: string | null; size: number; verdict: Verdict }

/**
 * The quantization to take when nobody names one: 8 bits for a small model, else about 4 bits, and of those that fit.
 * When none fits, the smallest.
 */
export function recommend<C extends Choice>(choices: readonly C[]): C | null {
  const bySize = [...choices].sort((a, b) => a.size - b.size)
  for (const verdict of ['fits', 'tight'] as const) {
    const fitting = bySize.filter((choice) => choice.verdict === verdict)
    const small = fitting.find(
      (choice) => choice.quantization === 'Q8_0' && choice.size <= SMALL_BYTES,
    )
    const best = small ?? fitting.toSorted((a, b) => rank(a) - rank(b))[0]
    if (best) return best
  }
  return bySize[0] ?? null
}

function rank(choice: Choice): number {
  const at = PREFERENCE.indexOf(choice.quantization ?? '')
  return at < 0 ? PREFERENCE.length : at
}
