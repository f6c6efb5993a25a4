import { randomUUID } from 'node:crypto'
import type { Db } from '@/lib/db/open'
import type { User } from '@/lib/db/schema'

/** How long a session lasts, in seconds. */
export const SESSION_SECONDS = 30 * 24 * 3600

/** Sessions of the dashboard. The cookie names one; the row decides whether it still counts. */
export class Sessions {
  constructor(private readonly db: Db) {}

  async create(userId: string): Promise<string> {
    const now = Date.now()
    const id = randomUUID()
    await this.db
      .insertInto('sessions')
      .values({
        id,
        user_id: userId,
        created_at: now,
        expires_at: now + SESSION_SECONDS * 1000,
        last_used_at: now,
        user_agent: null,
      })
      .execute()
    return id
  }

  /** The user of a session that is neither ended nor expired, whose account is not disabled. */
  async userOf(id: string): Promise<User | null> {
    const row = await this.db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .selectAll('users')
      .where('sessions.id', '=', id)
      .where('sessions.expires_at', '>', Date.now())
      .where('users.disabled', '=', 0)
      .executeTakeFirst()
    return row ?? null
  }

  async end(id: string): Promise<void> {
    await this.db.deleteFrom('sessions').where('id', '=', id).execute()
  }
}
