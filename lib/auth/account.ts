import type { Db } from '@/lib/platform/db/open'
import type { User } from '@/lib/platform/db/schema'
import { AppError } from '@/lib/platform/errors'
import type { AuditWriter } from './audit'
import type { Caller } from './caller'
import type { AttemptGuard } from './limits/sign-in-guard'
import { endSessions, type Sessions } from './sessions'
import { checkUnchanged, hashPassword, setPassword, type Users } from './users'

/** What people do with their own account. */
export class Account {
  readonly #db: Db
  readonly #users: Users
  readonly #sessions: Sessions
  readonly #guard: AttemptGuard

  constructor(db: Db, users: Users, sessions: Sessions, guard: AttemptGuard) {
    this.#db = db
    this.#users = users
    this.#sessions = sessions
    this.#guard = guard
  }

  /** @throws AppError 404 for a key that belongs to nobody. */
  async get({ userId }: Pick<Caller, 'userId'>) {
    const user = userId === null ? null : await this.#users.get(userId)
    if (!user)
      throw new AppError('This key belongs to no account.', { code: 'no_account', status: 404 })
    return user
  }

  /**
   * Changes the password and ends all other sessions. Guessing the present one is slowed down like signing in.
   * @throws AppError 403 `wrong_password`, 409 `no_password`, 429, or as `checkUnchanged`.
   */
  async changePassword(
    caller: Caller,
    { current, next }: { current: string; next: string },
    record: AuditWriter,
  ): Promise<void> {
    const user = await this.get(caller)
    if (user.password_hash === null)
      throw new AppError('This account has no password.', {
        code: 'no_password',
        status: 409,
        hint: 'It signs in elsewhere. An admin can make a link to choose a password.',
      })
    const attempt = {
      account: user.email,
      address: caller.address,
      session: ownSession(caller),
    }
    await this.#guard.attempt(attempt)
    const verified = await this.#users.verify(user.email, current)
    if (!verified)
      throw new AppError('The current password is not right.', {
        code: 'wrong_password',
        status: 403,
        param: 'current',
      })
    await this.#guard.succeeded(attempt)
    const hash = await hashPassword(next)
    const ended = await this.#db.transaction().execute(async (tx) => {
      await checkUnchanged(tx, user.id, verified.password_hash)
      await setPassword(tx, user.id, hash)
      await record(tx, {})
      return endSessions(tx, user.id, ownSession(caller))
    })
    this.#sessions.announceEnd(ended)
  }

  /** Changes the caller's own name. */
  async rename(caller: Caller, name: string) {
    const { id } = await this.get(caller)
    await this.#users.setName(id, name)
    return this.get(caller)
  }

  /** Where the caller is signed in, last used first. */
  async sessionsOf(caller: Caller) {
    const { id } = await this.get(caller)
    const sessions = await this.#sessions.list(id)
    return sessions.map(({ user_id: _, ...session }) => ({
      ...session,
      current: session.id === ownSession(caller),
    }))
  }

  /** Ends one of the caller's sessions. @throws AppError 404, also for somebody else's. */
  async endSession(caller: Caller, sessionId: string, record: AuditWriter): Promise<void> {
    const { id } = await this.get(caller)
    await this.#sessions.end(id, sessionId, (tx) => record(tx, { target: sessionId }))
  }

  /** Ends all sessions but the caller's own. Answers how many. */
  async signOutElsewhere(caller: Caller, record: AuditWriter): Promise<number> {
    const { id } = await this.get(caller)
    const ended = await this.#db.transaction().execute(async (tx) => {
      await record(tx, {})
      return endSessions(tx, id, ownSession(caller))
    })
    this.#sessions.announceEnd(ended)
    return ended.length
  }
}

/** An account as its owner sees it. */
export function toOwnAccount({ id, email, name, role, password_hash }: User) {
  return { id, email, name, role, has_password: password_hash !== null }
}

/** The id of the session that a caller came with. */
function ownSession({ credential }: Pick<Caller, 'credential'>): string | undefined {
  return credential?.kind === 'session' ? credential.id : undefined
}
