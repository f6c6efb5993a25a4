import type { Db } from '@/lib/platform/db/open'
import type { User } from '@/lib/platform/db/schema'
import { AppError, notFound } from '@/lib/platform/errors'
import type { AuditWriter } from './audit'
import type { Revocations } from './revocations'
import { endSessions, type Sessions } from './sessions'

/** A change to an account, by an admin. */
export type PersonChange = {
  role?: User['role']
  disabled?: boolean
  name?: string
  /** Vouches for the address: who next proves at the OpenID provider that it is theirs owns the account there. */
  email_verified?: true
}

/** What admins do with accounts. Whatever closes an account closes its streams. */
export class People {
  readonly #db: Db
  readonly #sessions: Sessions
  readonly #revocations: Revocations

  constructor(db: Db, sessions: Sessions, revocations: Revocations) {
    this.#db = db
    this.#sessions = sessions
    this.#revocations = revocations
  }

  /** Everybody with an account, oldest first. */
  async list() {
    const rows = await this.#db
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
   * not see any more; closing an account also ends its sessions, and who is no admin any more has made no links.
   * @throws AppError 404; 409 `last_admin`.
   */
  async update(id: string, change: PersonChange, record: AuditWriter) {
    const { role, disabled, name, email_verified } = change
    const ended = await this.#db.transaction().execute(async (tx) => {
      const before = await accountOf(tx, id)
      const loses = role === 'user' || disabled === true
      if (loses) await keepAnAdmin(tx, before)
      const set = {
        role,
        name,
        disabled: disabled === undefined ? undefined : Number(disabled),
        email_verified: email_verified && 1,
      }
      if (Object.values(set).some((value) => value !== undefined))
        await tx.updateTable('users').set(set).where('id', '=', id).execute()
      if (email_verified) await tx.deleteFrom('identities').where('user_id', '=', id).execute()
      // Else they would be good again when the account is.
      if (loses) await tx.deleteFrom('invites').where('created_by', '=', id).execute()
      await record(tx, { target: before.email, details: change })
      return disabled ? endSessions(tx, id) : []
    })
    this.#sessions.announceEnd(ended)
    if (disabled || role) this.#revocations.revoke({ kind: 'user', id })
    return this.get(id)
  }

  /**
   * Deletes an account with its sessions, keys, links and conversations.
   * @throws AppError 404; 409 `last_admin`.
   */
  async remove(id: string, record: AuditWriter): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      const before = await accountOf(tx, id)
      await keepAnAdmin(tx, before)
      await tx.deleteFrom('users').where('id', '=', id).execute()
      await record(tx, { target: before.email })
    })
    this.#revocations.revoke({ kind: 'user', id })
  }

  /** Ends all sessions of an account. Answers how many. @throws AppError 404. */
  async signOut(id: string, record: AuditWriter): Promise<number> {
    const ended = await this.#db.transaction().execute(async (tx) => {
      const { email } = await accountOf(tx, id)
      const ids = await endSessions(tx, id)
      await record(tx, { target: email, details: { ended: ids.length } })
      return ids
    })
    this.#sessions.announceEnd(ended)
    return ended.length
  }
}

function toPerson(user: User) {
  const { id, email, name, role, created_at } = user
  return {
    ...{ id, email, name, role, created_at },
    email_verified: user.email_verified === 1,
    disabled: user.disabled === 1,
    has_password: user.password_hash !== null,
  }
}

async function accountOf(db: Db, id: string): Promise<User> {
  const user = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
  if (user) return user
  throw nobody()
}

function nobody(): AppError {
  return notFound('There is nobody with this id.', 'person_not_found')
}

/** Without an admin who can sign in, nobody could make another one. */
async function keepAnAdmin(db: Db, { id, role, disabled }: User): Promise<void> {
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
