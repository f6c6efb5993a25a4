import type { InstalledModel } from '@/lib/models/types'
import type { MemoryPlan } from './memory-plan'
import { type PlanStore, planKey } from './plan-store'
import { bestPlan, candidatePlans, givenPlan, isFarFrom, type PlanGroup } from './plans'
import type { LoadedModel, Measurement } from './protocol'
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

  /**
   * What is known or was set; else the plans to choose from. When these want different thread pools, they are measured
   * here, which takes about two seconds; otherwise the worker that loads the model measures them itself.
   */
  async tune(model: InstalledModel, memory: MemoryPlan): Promise<PlanGroup> {
    const { threads, store, cores } = this.options
    if (threads !== undefined) return givenPlan(threads, model.size)
    const known = await store.get(planKey(model, memory.parallel))
    if (known) return { poolSize: known.poolSize, plans: [known.plan], record: known.single }
    const [only, ...others] = candidatePlans(cores, model.size)
    if (only && others.length === 0) return only
    const best = bestPlan(await this.measure(model, memory))
    return best
      ? { poolSize: best.poolSize, plans: [best.plan], record: best.single }
      : givenPlan(1, model.size)
  }

  /**
   * Keeps the plan that a model was loaded with. When it is far from its record, the machine was busy then or is now:
   * the plan is forgotten, and the next load measures again.
   */
  async remember(
    model: InstalledModel,
    memory: MemoryPlan,
    { plan, single }: Pick<LoadedModel, 'plan' | 'single'>,
    { poolSize, record }: Pick<PlanGroup, 'poolSize' | 'record'>,
  ): Promise<void> {
    if (single === null) return
    const { store } = this.options
    const key = planKey(model, memory.parallel)
    if (record !== undefined && isFarFrom(record, single)) await store.forget(key)
    else await store.set(key, { plan, poolSize, single: record ?? single })
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
