import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { User } from '@/lib/platform/db/schema'
import { AppError } from '@/lib/platform/errors'
import type { NewUser, Users } from './users'

/**
 * The first run: a link with a one-time token, printed where only the operator sees it, creates the
 * admin. The token lives in memory: each start without an admin prints a new one.
 */
export class SetUp {
  readonly token = randomBytes(24).toString('base64url')

  constructor(private readonly users: Users) {}

  /** Whether the link still leads somewhere. */
  async isOpen(): Promise<boolean> {
    return !(await this.users.exist())
  }

  accepts(token: string): boolean {
    const given = Buffer.from(token)
    const own = Buffer.from(this.token)
    return given.length === own.length && timingSafeEqual(given, own)
  }

  /**
   * Creates the admin account.
   * @throws AppError 403 `wrong_setup_token`, or 409 `already_set_up`.
   */
  async createAdmin(token: string, user: NewUser): Promise<User> {
    if (!this.accepts(token))
      throw new AppError('This set-up link is not valid any more.', {
        code: 'wrong_setup_token',
        status: 403,
        hint: 'Open the link that the server printed when it last started.',
      })
    return this.users.createFirstAdmin(user)
  }
}
