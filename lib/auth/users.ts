import { randomUUID } from 'node:crypto'
import type { Db } from '@/lib/platform/db/open'
import type { User } from '@/lib/platform/db/schema'
import { AppError } from '@/lib/platform/errors'
import { hashPassword, verifyPassword } from './passwords'

export type NewUser = { email: string; name: string; password: string }

/** The accounts. */
export class Users {
  constructor(private readonly db: Db) {}

  /** Whether anybody has an account yet; until then only the set-up link makes one. */
  async exist(): Promise<boolean> {
    return (
      (await this.db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined
    )
  }

  async get(id: string): Promise<User | null> {
    return (
      (await this.db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()) ??
      null
    )
  }

  /** Finds an account by its email address, in whatever case. */
  async byEmail(email: string): Promise<User | null> {
    const row = await this.db
      .selectFrom('users')
      .selectAll()
      .where('email', '=', normalEmail(email))
      .executeTakeFirst()
    return row ?? null
  }

  /**
   * Creates the first account, an admin, and gives it the keys that nobody owned so far.
   * @throws AppError 409 `already_set_up` when there is an account, also when two arrive at once.
   */
  async createFirstAdmin({ email, name, password }: NewUser): Promise<User> {
    const user = newUser({ email, name, role: 'admin', hash: await hashPassword(password) })
    await this.db.transaction().execute(async (tx) => {
      if (await tx.selectFrom('users').select('id').limit(1).executeTakeFirst())
        throw new AppError('This server already has an admin.', {
          code: 'already_set_up',
          status: 409,
          hint: 'Sign in, or ask the admin for an account.',
        })
      await tx.insertInto('users').values(user).execute()
      await tx
        .updateTable('api_keys')
        .set({ user_id: user.id })
        .where('user_id', 'is', null)
        .execute()
    })
    return user
  }

  /**
   * Creates an account.
   * @param password Null for one that signs in elsewhere.
   * @throws AppError 409 `email_taken`.
   */
  async create(account: {
    email: string
    name: string
    role: User['role']
    password: string | null
  }): Promise<User> {
    const hash = account.password === null ? null : await hashPassword(account.password)
    const user = newUser({ ...account, hash })
    const made = await this.db
      .insertInto('users')
      .values(user)
      .onConflict((conflict) => conflict.column('email').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (made) return user
    throw emailTaken('Sign in with it, or use another address.')
  }

  async setName(id: string, name: string): Promise<void> {
    await this.db.updateTable('users').set({ name }).where('id', '=', id).execute()
  }

  /** Sets a password. Links to a new one that were not used end: whoever has one would take the account back. */
  async setPassword(id: string, password: string): Promise<void> {
    const password_hash = await hashPassword(password)
    await this.db.transaction().execute(async (tx) => {
      await tx.updateTable('users').set({ password_hash }).where('id', '=', id).execute()
      await tx.deleteFrom('invites').where('user_id', '=', id).execute()
    })
  }

  /** The account that this email and password open, or null, without telling which of the two was wrong. */
  async verify(email: string, password: string): Promise<User | null> {
    const user = await this.byEmail(email)
    const matches = await verifyPassword(password, user?.password_hash ?? null)
    return user && matches && !user.disabled ? user : null
  }
}

/** The error for an address that somebody has. */
export function emailTaken(hint: string): AppError {
  return new AppError('There is an account with this email address.', {
    code: 'email_taken',
    status: 409,
    param: 'email',
    hint,
  })
}

function newUser(given: Pick<User, 'email' | 'name' | 'role'> & { hash: string | null }): User {
  return {
    id: randomUUID(),
    email: normalEmail(given.email),
    name: given.name.trim(),
    role: given.role,
    password_hash: given.hash,
    disabled: 0,
    created_at: Date.now(),
  }
}

function normalEmail(email: string): string {
  return email.trim().toLowerCase()
}
