import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Db } from '@/lib/platform/db/open'
import type { Invite, User } from '@/lib/platform/db/schema'
import { AppError, invalid, notFound } from '@/lib/platform/errors'
import type { AuditWriter } from './audit'
import { keyIdOf } from './caller'
import { checkGrantor, type Grantor } from './delegation'
import { environmentKeyName, usableInvites } from './invite-links'
import { endSessions, type Sessions } from './sessions'
import { emailTaken, hashPassword, setPassword, type Users } from './users'

/** How long a link to a new account can be used, in milliseconds. */
const INVITE_MS = 7 * 86_400_000
/** The same for a link to a new password: it opens an account that is worth something. */
const RESET_MS = 86_400_000

/** A link as it is listed, and its token, which is shown only once. */
export type MadeInvite = ReturnType<typeof toListed> & { token: string }

type NewInvite = { role: User['role']; email: string | null }

/** What somebody brings who opens a link. */
type Acceptance = { token: string; email?: string; name?: string; password: string }

/**
 * One-time links, to a new account or to a new password. Only a hash of the link's token is kept. A link reaches no
 * further than its maker does when it is used: it is worth nothing once they are no admin, or the key that they made
 * it with has ended.
 */
export class Invites {
  readonly #db: Db
  readonly #users: Users
  readonly #sessions: Sessions
  readonly #environmentKey: string | null
  readonly #now: () => number

  /**
   * @param environmentKey RUNNEL_ADMIN_KEY.
   * @param now Milliseconds since 1970.
   */
  constructor(
    db: Db,
    users: Users,
    sessions: Sessions,
    environmentKey?: string,
    now: () => number = Date.now,
  ) {
    this.#db = db
    this.#users = users
    this.#sessions = sessions
    this.#environmentKey = environmentKeyName(environmentKey)
    this.#now = now
  }

  /** Links that can still be used, newest first. */
  async list() {
    const rows = await this.#usable().orderBy('invites.created_at', 'desc').execute()
    return rows.map(toListed)
  }

  /** Makes a link to a new account; its token is shown only now. @throws AppError 409 `email_taken`, or as `checkGrantor`. */
  async create(
    maker: Grantor,
    { role, email }: NewInvite,
    record: AuditWriter,
  ): Promise<MadeInvite> {
    if (email !== null && (await this.#users.byEmail(email)))
      throw emailTaken('A link for a new password lets its owner in again.')
    return this.#insert(maker, { role, email, user_id: null }, INVITE_MS, (tx) =>
      record(tx, { target: email ?? 'anybody with the link', details: { role } }),
    )
  }

  /** Makes a link by which somebody chooses a new password. @throws AppError 404, or as `checkGrantor`. */
  async createReset(maker: Grantor, userId: string, record: AuditWriter): Promise<MadeInvite> {
    const user = await this.#users.get(userId)
    if (!user) throw notFound('There is nobody with this id.', 'person_not_found')
    const { role, email } = user
    return this.#insert(maker, { role, email, user_id: userId }, RESET_MS, (tx) =>
      record(tx, { target: email }),
    )
  }

  /** Takes a link back. @throws AppError 404. */
  async remove(id: string, record: AuditWriter): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      const removed = await tx
        .deleteFrom('invites')
        .where('id', '=', id)
        .returning('email')
        .executeTakeFirst()
      if (!removed) throw notFound('There is no such invite.', 'invite_not_found')
      await record(tx, { target: removed.email ?? id })
    })
  }

  /** What a token leads to, or null when it is used up, taken back, too old, made up, or its maker may not give it any more. */
  async find(token: string, tx: Db = this.#db): Promise<Invite | null> {
    return (
      (await this.#usable(tx).where('invites.hash', '=', hashOf(token)).executeTakeFirst()) ?? null
    )
  }

  /**
   * Uses a link: creates the account, or sets the password and ends the account's sessions. One transaction: of two
   * that use a link at once one wins, and after an error the link is still good.
   * @throws AppError 403 `invalid_invite`; 409 `email_taken`.
   */
  async accept(given: Acceptance, record: AuditWriter): Promise<User> {
    // Looked at before the password is hashed, which costs whoever guesses tokens nothing and the server much.
    if (!(await this.find(given.token))) throw invalidInvite()
    const password_hash = await hashPassword(given.password)
    const { user, ended } = await this.#db.transaction().execute(async (tx) => {
      const invite = await this.find(given.token, tx)
      if (!invite) throw invalidInvite()
      await tx.deleteFrom('invites').where('id', '=', invite.id).execute()
      const used = invite.user_id
        ? await this.#reset(tx, invite.user_id, password_hash)
        : { user: await this.#create(tx, invite, given, password_hash), ended: [] }
      const { id, email } = used.user
      await record(tx, { target: email, actor: { userId: id, label: email } })
      return used
    })
    this.#sessions.announceEnd(ended)
    return user
  }

  /** Removes links that are too old. */
  async prune(now: number): Promise<void> {
    await this.#db.deleteFrom('invites').where('expires_at', '<=', now).execute()
  }

  /** @throws AppError 400 without an address, 409 when somebody has it. */
  #create(tx: Db, { email, role }: Invite, given: Acceptance, password_hash: string) {
    const address = email ?? given.email
    if (!address) throw invalid('An email address is needed.', 'email')
    // Only an address that the admin has named is vouched for: anybody can write anybody's.
    const draft = { email: address, name: given.name ?? address, emailVerified: email !== null }
    return this.#users.create({ ...draft, role, password_hash }, tx)
  }

  async #reset(tx: Db, userId: string, passwordHash: string) {
    await setPassword(tx, userId, passwordHash)
    const ended = await endSessions(tx, userId)
    const user = await tx
      .selectFrom('users')
      .selectAll()
      .where('id', '=', userId)
      .executeTakeFirstOrThrow()
    return { user, ended }
  }

  #usable(tx: Db = this.#db) {
    return usableInvites(tx, this.#now(), this.#environmentKey)
  }

  async #insert(
    maker: Grantor,
    given: Pick<Invite, 'role' | 'email' | 'user_id'>,
    lifetimeMs: number,
    record: (tx: Db) => Promise<void>,
  ): Promise<MadeInvite> {
    const token = randomBytes(32).toString('base64url')
    const now = this.#now()
    const keyId = keyIdOf(maker)
    const invite: Invite = {
      ...given,
      email: given.email?.trim().toLowerCase() ?? null,
      id: randomUUID(),
      hash: hashOf(token),
      created_by: maker.userId,
      created_with: keyId === 'environment' ? this.#environmentKey : keyId,
      created_at: now,
      expires_at: now + lifetimeMs,
    }
    await this.#db.transaction().execute(async (tx) => {
      await checkGrantor(tx, maker, 'admin')
      await tx.insertInto('invites').values(invite).execute()
      await record(tx)
    })
    return { ...toListed(invite), token }
  }
}

function toListed({ hash: _, created_by: __, created_with: ___, ...invite }: Invite) {
  return invite
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

function invalidInvite(): AppError {
  return new AppError('This link is not valid any more.', {
    code: 'invalid_invite',
    status: 403,
    hint: 'It may have been used, be too old, or its maker be no admin any more. Ask an admin for a new one.',
  })
}
