import type { Kysely } from 'kysely'
import type { Db } from '@/lib/platform/db/open'
import type { Database, User } from '@/lib/platform/db/schema'
import { AppError, notFound } from '@/lib/platform/errors'
import type { Revocations } from './revocations'
import type { Sessions } from './sessions'

/** A change to an account, by an admin. */
export type PersonChange = { role?: User['role']; disabled?: boolean; name?: string }

/** What admins do with accounts. Whatever closes an account closes its streams. */
export class People {
  constructor(
    private readonly db: Db,
    private readonly sessions: Sessions,
    private readonly revocations: Revocations,
  ) {}

  /** Everybody with an account, oldest first. */
  async list() {
    const rows = await this.db
      .selectFrom('users')
      .selectAll()
      .select((from) => [
        from
          .selectFrom('sessions')
          .whereRef('sessions.user_id', '=', 'users.id')
          .select(({ fn }) => fn.max('last_used_at').as('last'))
          .as('last_seen_at'),
        from
          .selectFrom('api_keys')
          .whereRef('api_keys.user_id', '=', 'users.id')
          .where('revoked_at', 'is', null)
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .as('keys'),
      ])
      .orderBy('created_at')
      .execute()
    return rows.map((row) => ({
      ...toPerson(row),
      last_seen_at: row.last_seen_at,
      keys: Number(row.keys),
    }))
  }

  /** @throws AppError 404. */
  async get(id: string) {
    const found = (await this.list()).find((person) => person.id === id)
    if (found) return found
    throw nobody()
  }

  /**
   * Changes a role, opens or closes an account. Streams that are open end, since they may show what the account may
   * not see any more; closing an account also ends its sessions.
   * @throws AppError 404; 409 `last_admin`.
   */
  async update(id: string, { role, disabled, name }: PersonChange) {
    await this.db.transaction().execute(async (tx) => {
      const before = await accountOf(tx, id)
      if (role === 'user' || disabled) await keepAnAdmin(tx, before)
      const closed = disabled === undefined ? undefined : Number(disabled)
      const set = { role, disabled: closed, name }
      if (Object.values(set).some((value) => value !== undefined))
        await tx.updateTable('users').set(set).where('id', '=', id).execute()
    })
    if (disabled) await this.sessions.endAll(id)
    if (disabled || role) this.revocations.revoke({ kind: 'user', id })
    return this.get(id)
  }

  /**
   * Deletes an account with its sessions, keys and conversations.
   * @throws AppError 404; 409 `last_admin`.
   */
  async remove(id: string): Promise<User> {
    const removed = await this.db.transaction().execute(async (tx) => {
      const before = await accountOf(tx, id)
      await keepAnAdmin(tx, before)
      await tx.deleteFrom('users').where('id', '=', id).execute()
      return before
    })
    this.revocations.revoke({ kind: 'user', id })
    return removed
  }

  /** Ends all sessions of an account. @throws AppError 404. */
  async signOut(id: string): Promise<{ email: string; ended: number }> {
    const { email } = await accountOf(this.db, id)
    return { email, ended: await this.sessions.endAll(id) }
  }
}

function toPerson({ id, email, name, role, disabled, password_hash, created_at }: User) {
  return {
    id,
    email,
    name,
    role,
    disabled: disabled === 1,
    has_password: password_hash !== null,
    created_at,
  }
}

async function accountOf(db: Kysely<Database>, id: string): Promise<User> {
  const user = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
  if (user) return user
  throw nobody()
}

function nobody(): AppError {
  return notFound('There is nobody with this id.', 'person_not_found')
}

/** Without an admin who can sign in, nobody could make another one. */
async function keepAnAdmin(db: Kysely<Database>, { id, role, disabled }: User): Promise<void> {
  if (role !== 'admin' || disabled) return
  const other = await db
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled', '=', 0)
    .where('id', '!=', id)
    .executeTakeFirst()
  if (other) return
  throw new AppError('This is the only admin.', {
    code: 'last_admin',
    status: 409,
    hint: 'Make somebody else an admin first.',
  })
}
