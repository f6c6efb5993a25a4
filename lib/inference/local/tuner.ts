import type { InstalledModel } from '@/lib/models/types'
import type { MemoryPlan } from './memory-plan'
import { type PlanStore, planKey, type TunedPlan } from './plan-store'
import { bestPlan, candidatePlans, givenPlan } from './plans'
import type { Measurement } from './protocol'
import type { WorkerProcess } from './worker-process'

type Options = {
  cores: number
  /** Set by the operator; then nothing is measured. */
  threads: number | undefined
  store: PlanStore
  startWorker: (poolSize: number) => WorkerProcess
}

/** Finds the thread and context counts with which a model is fastest on this machine. */
export class Tuner {
  constructor(private readonly options: Options) {}

  /** What is known, what was set, or what is measured now. Measuring takes about a second for a small model. */
  async tune(model: InstalledModel, memory: MemoryPlan): Promise<TunedPlan> {
    const { threads, store } = this.options
    if (threads !== undefined) return givenPlan(threads)
    const key = planKey(model, memory.parallel)
    const known = await store.get(key)
    if (known) return known
    const best = bestPlan(await this.measure(model, memory)) ?? givenPlan(1)
    await store.set(key, best)
    return best
  }

  private async measure(
    model: InstalledModel,
    { contextSize, parallel }: MemoryPlan,
  ): Promise<(Measurement & { poolSize: number })[]> {
    const measured: (Measurement & { poolSize: number })[] = []
    for (const { poolSize, plans } of candidatePlans(this.options.cores, model.size)) {
      const worker = this.options.startWorker(poolSize)
      try {
        const results = await worker.measure({ file: model.file, contextSize, parallel, plans })
        measured.push(...results.map((result) => ({ ...result, poolSize })))
      } finally {
        await worker.stop()
      }
    }
    return measured
  }
}
