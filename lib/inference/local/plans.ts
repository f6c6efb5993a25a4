import type { TunedPlan } from './plan-store'
import type { Measurement, RunPlan } from './protocol'

/** Bytes of weights up to which several contexts of one thread can beat one context of many threads. */
const SMALL_MODEL = 96 * 1024 * 1024

/** Plans that one worker can try, because they want the same thread pool. */
export type PlanGroup = { poolSize: number; plans: RunPlan[] }

/**
 * The plans worth measuring on a machine with `cores`. A context with several threads wants a pool of one, or its threads
 * are started on another core at every evaluation; contexts of one thread run side by side in a pool as large as they are many.
 */
export function candidatePlans(cores: number, modelBytes: number): PlanGroup[] {
  const counts = [1, Math.ceil(cores / 2), cores - 1, cores].filter((count) => count >= 1)
  const threads = [...new Set(counts)].sort((a, b) => a - b)
  const together = { poolSize: 1, plans: threads.map((count) => ({ threads: count, contexts: 1 })) }
  if (cores === 1 || modelBytes > SMALL_MODEL) return [together]
  const apart = [cores, cores * 2].map((contexts) => ({ threads: 1, contexts }))
  return [{ poolSize: cores, plans: apart }, together]
}

/** The plan without measuring, for a thread count that was given. */
export function givenPlan(threads: number): TunedPlan {
  return { plan: { threads, contexts: 1 }, poolSize: 1 }
}

/**
 * The plan that is best for one stream and for many: the one whose speeds, each compared with the fastest, have the
 * largest product.
 */
export function bestPlan(
  measured: readonly (Measurement & { poolSize: number })[],
): TunedPlan | null {
  const fastest = {
    single: Math.max(...measured.map(({ single }) => single)),
    many: Math.max(...measured.map(({ many }) => many)),
  }
  const score = ({ single, many }: Measurement) => (single / fastest.single) * (many / fastest.many)
  const best = [...measured].sort((a, b) => score(b) - score(a))[0]
  return best ? { plan: best.plan, poolSize: best.poolSize } : null
}
