import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Db } from '@/lib/platform/db/open'
import type { User } from '@/lib/platform/db/schema'
import { AppError } from '@/lib/platform/errors'
import type { AuditWriter } from './audit'
import type { NewUser, Users } from './users'
import { hashPassword } from './users'

/**
 * The first run: a link with a one-time token, printed where only the operator sees it, creates the
 * admin. The token lives in memory: each start without an admin prints a new one.
 */
export class SetUp {
  readonly token = randomBytes(24).toString('base64url')
  readonly #db: Db
  readonly #users: Users

  constructor(db: Db, users: Users) {
    this.#db = db
    this.#users = users
  }

  /** Whether the link still leads somewhere. */
  async isOpen(): Promise<boolean> {
    return !(await this.#users.exist())
  }

  accepts(token: string): boolean {
    const given = Buffer.from(token)
    const own = Buffer.from(this.token)
    return given.length === own.length && timingSafeEqual(given, own)
  }

  /**
   * Creates the admin account, and gives it the keys that nobody owned so far.
   * @throws AppError 403 `wrong_setup_token`, or 409 `already_set_up`, also when two arrive at once.
   */
  async createAdmin(
    token: string,
    { email, name, password }: NewUser,
    record: AuditWriter,
  ): Promise<User> {
    if (!this.accepts(token)) throw wrongToken()
    const password_hash = await hashPassword(password)
    return this.#db.transaction().execute(async (tx) => {
      if (await tx.selectFrom('users').select('id').limit(1).executeTakeFirst())
        throw alreadySetUp()
      const draft = { email, name, role: 'admin', password_hash, emailVerified: true } as const
      const user = await this.#users.create(draft, tx)
      await tx
        .updateTable('api_keys')
        .set({ user_id: user.id })
        .where('user_id', 'is', null)
        .execute()
      await record(tx, {
        target: user.email,
        actor: { userId: user.id, label: user.email },
      })
      return user
    })
  }
}

function wrongToken(): AppError {
  return new AppError('This set-up link is not valid any more.', {
    code: 'wrong_setup_token',
    status: 403,
    hint: 'Open the link that the server printed when it last started.',
  })
}

function alreadySetUp(): AppError {
  return new AppError('This server already has an admin.', {
    code: 'already_set_up',
    status: 409,
    hint: 'Sign in, or ask the admin for an account.',
  })
}
