import type { Insertable, Updateable } from 'kysely'
import type { Db } from '@/lib/platform/db/open'
import type { Database } from '@/lib/platform/db/schema'
import { fromRow } from './catalog-rows'
import type { InstalledModel } from './types'

/** The table of installed models: what is asked of the database, and nothing about why. */
export class ModelTable {
  /** @param dataDir absolute; the paths in the rows are relative to it. */
  constructor(
    private readonly db: Db,
    private readonly dataDir: string,
  ) {}

  /** All models, the newest first. */
  async list(): Promise<readonly InstalledModel[]> {
    const rows = await this.db
      .selectFrom('models')
      .selectAll()
      .orderBy('added_at', 'desc')
      .orderBy('id')
      .execute()
    return rows.map((row) => fromRow(row, this.dataDir))
  }

  /** The model with exactly this id, or null. */
  async get(id: string): Promise<InstalledModel | null> {
    const row = await this.db
      .selectFrom('models')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row ? fromRow(row, this.dataDir) : null
  }

  /** Adds a model; of one that is there already `columns` change, and nothing else. */
  async save({ id, added_at, ...columns }: Insertable<Database['models']>): Promise<void> {
    await this.db
      .insertInto('models')
      .values({ id, added_at, ...columns })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
      .execute()
  }

  /** Changes columns of a model. */
  async set(id: string, columns: Updateable<Database['models']>): Promise<void> {
    await this.db.updateTable('models').set(columns).where('id', '=', id).execute()
  }

  /** Adds to how often a model was used, the last time at `now`, ms since 1970. */
  async countUses(id: string, times: number, now: number): Promise<void> {
    await this.db
      .updateTable('models')
      .set((row) => ({ last_used_at: now, times_used: row('times_used', '+', times) }))
      .where('id', '=', id)
      .execute()
  }

  async delete(id: string): Promise<void> {
    await this.db.deleteFrom('models').where('id', '=', id).execute()
  }
}
