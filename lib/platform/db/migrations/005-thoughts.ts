import type { Kysely } from 'kysely'
import { z } from 'zod'

/** How conversations asked before: numbers of the server's that were written into each, and nobody's choice. */
const FORMER = { temperature: 0.8, top_p: 0.95, top_k: 40, min_p: 0.05 }

type Conversations = { conversations: { id: string; settings_json: string } }

/** What an answer thought before it spoke; and settings that nobody chose are left to the model. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('messages')
    .addColumn('reasoning', 'text', (c) => c.notNull().defaultTo(''))
    .execute()
  await db.schema.alterTable('messages').addColumn('thinking_ms', 'integer').execute()
  await leaveToModels(db.withTables<Conversations>())
}

/** Takes the former defaults out of the settings of conversations; any other number is somebody's choice. */
async function leaveToModels(db: Kysely<Conversations>): Promise<void> {
  const rows = await db.selectFrom('conversations').select(['id', 'settings_json']).execute()
  for (const { id, settings_json } of rows) {
    const settings = z.record(z.string(), z.unknown()).parse(JSON.parse(settings_json))
    const former = Object.entries(FORMER).filter(([name, value]) => settings[name] === value)
    if (former.length === 0) continue
    const left = Object.fromEntries(former.map(([name]) => [name, null]))
    await db
      .updateTable('conversations')
      .set({ settings_json: JSON.stringify({ ...settings, ...left }) })
      .where('id', '=', id)
      .execute()
  }
}
