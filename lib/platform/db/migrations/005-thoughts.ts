import { type Kysely, sql } from 'kysely'

/** How conversations asked when they had numbers of their own from the first: those are the server's, and nobody's choice. */
const FORMER = { temperature: 0.8, top_p: 0.95, top_k: 40, min_p: 0.05 }

/** What an answer thought before it spoke; and settings that nobody chose are left to the model. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('messages')
    .addColumn('reasoning', 'text', (c) => c.notNull().defaultTo(''))
    .execute()
  await db.schema.alterTable('messages').addColumn('thinking_ms', 'integer').execute()
  for (const [name, value] of Object.entries(FORMER)) {
    const path = `$.${name}`
    await sql`update conversations set settings_json = json_set(settings_json, ${path}, null)
      where json_extract(settings_json, ${path}) = ${value}`.execute(db)
  }
}
