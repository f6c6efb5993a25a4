import { cpus } from 'node:os'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { InstalledModel } from '@/lib/models/types'
import type { Database } from '@/lib/platform/db/schema'
import { runPlan } from './protocol'

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

/** What a measurement holds for: this processor, this file, this many sequences. */
export function planKey(model: Pick<InstalledModel, 'id' | 'size'>, parallel: number): string {
  const processors = cpus()
  const machine = `${processors[0]?.model.trim() ?? 'cpu'} x${processors.length}`
  return `inference.plan/${machine}/${model.id}/${model.size}/${parallel}`
}

/** Plans in the settings table. */
export class SettingsPlanStore implements PlanStore {
  constructor(private readonly db: Kysely<Database>) {}

  async get(key: string): Promise<TunedPlan | null> {
    const row = await this.db
      .selectFrom('settings')
      .select('value')
      .where('key', '=', key)
      .executeTakeFirst()
    const parsed = row && tunedPlan.safeParse(JSON.parse(row.value))
    return parsed?.success ? parsed.data : null
  }

  async set(key: string, plan: TunedPlan): Promise<void> {
    const value = JSON.stringify(plan)
    await this.db
      .insertInto('settings')
      .values({ key, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute()
  }

  async forget(key: string): Promise<void> {
    await this.db.deleteFrom('settings').where('key', '=', key).execute()
  }
}
