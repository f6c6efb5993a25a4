import type { Kysely } from 'kysely'

/** What people set for one model; it goes with the model. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('model_settings')
    .addColumn('model_id', 'text', (c) =>
      c.primaryKey().references('models.id').onDelete('cascade'),
    )
    .addColumn('settings_json', 'text', (c) => c.notNull())
    .execute()
}
