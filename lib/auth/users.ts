import { randomUUID } from 'node:crypto'
import type { Db } from '@/lib/db/open'
import type { User } from '@/lib/db/schema'
import { AppError } from '@/lib/errors'
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

  /**
   * Creates the first account, an admin, and gives it the keys that nobody owned so far.
   * @throws AppError 409 `already_set_up` when there is an account, also when two arrive at once.
   */
  async createFirstAdmin({ email, name, password }: NewUser): Promise<User> {
    const password_hash = await hashPassword(password)
    const user: User = {
      id: randomUUID(),
      email: email.trim().toLowerCase(),
      name: name.trim(),
      role: 'admin',
      password_hash,
      disabled: 0,
      created_at: Date.now(),
    }
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

  /** The account that this email and password open, or null, without telling which of the two was wrong. */
  async verify(email: string, password: string): Promise<User | null> {
    const user = await this.db
      .selectFrom('users')
      .selectAll()
      .where('email', '=', email.trim().toLowerCase())
      .executeTakeFirst()
    const matches = await verifyPassword(password, user?.password_hash ?? null)
    return user && matches && !user.disabled ? user : null
  }
}
