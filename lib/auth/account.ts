import { AppError } from '@/lib/errors'
import type { Caller } from './caller'
import type { Sessions } from './sessions'
import type { Users } from './users'

/** Slows down guessing. */
export type AttemptGuard = {
  /** @throws AppError 429. */
  attempt(account: string, address: string): void
  succeeded(account: string, address: string): void
}

/** What people do with their own account. */
export class Account {
  constructor(
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly guard: AttemptGuard,
  ) {}

  /** @throws AppError 404 for a key that belongs to nobody. */
  async get({ userId }: Pick<Caller, 'userId'>) {
    const user = userId === null ? null : await this.users.get(userId)
    if (!user)
      throw new AppError('This key belongs to no account.', { code: 'no_account', status: 404 })
    return user
  }

  /**
   * Changes the password and ends all other sessions. Guessing the present one is slowed down like signing in.
   * @throws AppError 403 `wrong_password`, 409 `no_password`, 429.
   */
  async changePassword(caller: Caller, current: string, next: string): Promise<void> {
    const user = await this.get(caller)
    if (user.password_hash === null)
      throw new AppError('This account has no password.', {
        code: 'no_password',
        status: 409,
        hint: 'It signs in elsewhere. An admin can make a link to choose a password.',
      })
    this.guard.attempt(user.email, caller.address)
    if (!(await this.users.verify(user.email, current)))
      throw new AppError('The present password is not right.', {
        code: 'wrong_password',
        status: 403,
        param: 'current',
      })
    this.guard.succeeded(user.email, caller.address)
    await this.users.setPassword(user.id, next)
    await this.sessions.endAll(user.id, ownSession(caller))
  }

  /** Ends all sessions but the caller's own. Answers how many. */
  async signOutElsewhere(caller: Caller): Promise<number> {
    const { id } = await this.get(caller)
    return this.sessions.endAll(id, ownSession(caller))
  }
}

/** The id of the session that a caller came with. */
export function ownSession({ credential }: Pick<Caller, 'credential'>): string | undefined {
  return credential?.kind === 'session' ? credential.id : undefined
}
