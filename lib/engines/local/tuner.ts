import { cpus } from 'node:os'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { MemoryPlan } from '@/lib/models/memory-plan'
import type { InstalledModel } from '@/lib/models/types'
import type { Database } from '@/lib/platform/db/schema'
import {
  bestPlan,
  candidatePlans,
  givenPlan,
  isFarFrom,
  loadOptions,
  type PlanGroup,
} from './plans'
import { type LoadedModel, type Measurement, runPlan } from './protocol'
import type { WorkerProcess } from './worker-process'

/** A plan that was found best, the thread pool that it needs, and how many tokens a second one stream made. */
const tunedPlan = z.object({
  plan: runPlan,
  poolSize: z.number().int().min(1),
  single: z.number().positive(),
})
type TunedPlan = z.infer<typeof tunedPlan>

/** Remembers what was measured, so that only the first load of a model on a machine takes the time. */
export interface PlanStore {
  get(key: string): Promise<TunedPlan | null>
  set(key: string, plan: TunedPlan): Promise<void>
  forget(key: string): Promise<void>
}

type Sequences = Pick<MemoryPlan, 'contextSize' | 'parallel'>

type Options = {
  cores: number
  /** Set by the operator; then nothing is measured. */
  threads: number | undefined
  store: PlanStore
  startWorker: (poolSize: number) => WorkerProcess
}

/** Finds the thread and context counts with which a model is fastest on this machine. */
export class Tuner {
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /**
   * What is known or was set; else the plans to choose from. When these want different thread pools, they are measured
   * here, which takes about two seconds; otherwise the worker that loads the model measures them itself.
   */
  async tune(model: InstalledModel, memory: Sequences): Promise<PlanGroup> {
    const { store, cores } = this.#options
    const threads = model.settings.threads ?? this.#options.threads
    if (threads !== undefined) return givenPlan(threads, model.size)
    const known = await store.get(planKey(model, memory.parallel))
    if (known) return { poolSize: known.poolSize, plans: [known.plan], record: known.single }
    const [only, ...others] = candidatePlans(cores, model.size)
    if (only && others.length === 0) return only
    const best = bestPlan(await this.#measure(model, memory))
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
    memory: Sequences,
    { plan, single }: Pick<LoadedModel, 'plan' | 'single'>,
    { poolSize, record }: Pick<PlanGroup, 'poolSize' | 'record'>,
  ): Promise<void> {
    if (single === null) return
    const { store } = this.#options
    const key = planKey(model, memory.parallel)
    if (record !== undefined && isFarFrom(record, single)) await store.forget(key)
    else await store.set(key, { plan, poolSize, single: record ?? single })
  }

  async #measure(
    model: InstalledModel,
    { contextSize, parallel }: Sequences,
  ): Promise<(Measurement & { poolSize: number })[]> {
    const measured: (Measurement & { poolSize: number })[] = []
    for (const { poolSize, plans } of candidatePlans(this.#options.cores, model.size)) {
      const worker = this.#options.startWorker(poolSize)
      try {
        const results = await worker.measure({
          ...loadOptions(model),
          contextSize,
          parallel,
          plans,
        })
        measured.push(...results.map((result) => ({ ...result, poolSize })))
      } finally {
        await worker.stop()
      }
    }
    return measured
  }
}

/** What a measurement holds for: this processor, this file, this many sequences. */
function planKey(model: Pick<InstalledModel, 'id' | 'size'>, parallel: number): string {
  const processors = cpus()
  const machine = `${processors[0]?.model.trim() ?? 'cpu'} x${processors.length}`
  return `inference.plan/${machine}/${model.id}/${model.size}/${parallel}`
}

/** Plans in the settings table. */
export class SettingsPlanStore implements PlanStore {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  async get(key: string): Promise<TunedPlan | null> {
    const row = await this.#db
      .selectFrom('settings')
      .select('value')
      .where('key', '=', key)
      .executeTakeFirst()
    const parsed = row && tunedPlan.safeParse(JSON.parse(row.value))
    return parsed?.success ? parsed.data : null
  }

  async set(key: string, plan: TunedPlan): Promise<void> {
    const value = JSON.stringify(plan)
    await this.#db
      .insertInto('settings')
      .values({ key, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute()
  }

  async forget(key: string): Promise<void> {
    await this.#db.deleteFrom('settings').where('key', '=', key).execute()
  }
}
