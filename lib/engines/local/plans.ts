import { flashAttentionOf } from '@/lib/models/model-settings'
import type { InstalledModel } from '@/lib/models/types'
import type { Measurement, RunPlan } from './protocol'

/**
 * Bytes of weights up to which a second thread costs more than it helps: waiting for it takes longer than the work. The
 * plain way of attention takes half as long there; from some 100 million parameters on, flash attention is faster.
 */
const TINY_MODEL = 8 * 1024 * 1024
/** Bytes of weights up to which several contexts of one thread can beat one context of many threads. */
const SMALL_MODEL = 96 * 1024 * 1024
/** How far from its record a plan may be: a busy machine makes half of the speed. */
const FAR = 1.7
/** How much faster another plan must be to be preferred to an earlier one: on a busy machine less is noise. */
const NOISE = 1.25

/** Plans that one worker can try, because they want the same thread pool. */
export type PlanGroup = {
  poolSize: number
  plans: RunPlan[]
  /** Tokens a second of one stream with the only plan, when it was measured. */
  record?: number
}

/**
 * The plans worth measuring on a machine with `cores`, the likeliest first. A context with several threads wants a pool of
 * one, or its threads are started on another core at every evaluation; contexts of one thread run side by side in a pool
 * as large as they are many.
 */
export function candidatePlans(cores: number, modelBytes: number): PlanGroup[] {
  const counts = [cores, cores - 1, Math.ceil(cores / 2), 1].filter((count) => count >= 1)
  const threads = [...new Set(counts)]
  const flash = modelBytes > TINY_MODEL
  const together = {
    poolSize: 1,
    plans: threads.map((count) => ({ threads: count, contexts: 1, flash })),
  }
  if (cores === 1 || modelBytes > SMALL_MODEL) return [together]
  const apart = {
    poolSize: cores,
    plans: [cores, 1].map((contexts) => ({ threads: 1, contexts, flash })),
  }
  return flash ? [together, apart] : [apart]
}

/** The plan without measuring, for a thread count that was given. */
export function givenPlan(threads: number, modelBytes: number): PlanGroup {
  return { plans: [{ threads, contexts: 1, flash: modelBytes > TINY_MODEL }], poolSize: 1 }
}

/** Whether a speed is so far from the record that one of them was measured on a busy machine. */
export function isFarFrom(record: number, speed: number): boolean {
  return speed > record * FAR || speed * FAR < record
}

/**
 * The plan that is best for one stream and for many: the one whose speeds, each compared with the fastest, have the
 * largest product. Undefined when there is none.
 */
export function bestPlan<M extends Measurement>(measured: readonly M[]): M | undefined {
  const fastest = {
    single: Math.max(...measured.map(({ single }) => single)),
    many: Math.max(...measured.map(({ many }) => many)),
  }
  const score = ({ single, many }: M) => (single / fastest.single) * (many / fastest.many)
  return measured.reduce<M | undefined>(
    (best, each) => (best && score(each) < score(best) * NOISE ? best : each),
    undefined,
  )
}

/** How a worker is to load a model, as far as the plans don't say it. */
export function loadOptions({ file, settings }: InstalledModel) {
  return {
    file,
    gpuLayers: settings.gpu_layers,
    flashAttention: flashAttentionOf(settings),
    kvTypeK: settings.kv_type_k,
    kvTypeV: settings.kv_type_v,
  }
}
