import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Db } from '@/lib/platform/db/open'
import type { Invite, User } from '@/lib/platform/db/schema'
import { AppError, notFound } from '@/lib/platform/errors'
import type { Sessions } from './sessions'
import { emailTaken, type Users } from './users'

/** How long a link to a new account can be used, in milliseconds. */
const INVITE_MS = 7 * 86_400_000
/** The same for a link to a new password: it opens an account that is worth something. */
const RESET_MS = 86_400_000

/** A link as it is listed, and its token, which is shown only once. */
export type MadeInvite = ReturnType<typeof toListed> & { token: string }

type NewInvite = { role: User['role']; email: string | null; createdBy: string | null }

/** What somebody brings who opens a link. */
type Acceptance = { token: string; email?: string; name?: string; password: string }

/** One-time links, to a new account or to a new password. Only a hash of the link's token is kept. */
export class Invites {
  /** @param now Milliseconds since 1970. */
  constructor(
    private readonly db: Db,
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly now: () => number = Date.now,
  ) {}

  /** Links that can still be used, newest first. */
  async list() {
    const rows = await this.db
      .selectFrom('invites')
      .selectAll()
      .where('expires_at', '>', this.now())
      .orderBy('created_at', 'desc')
      .execute()
    return rows.map(toListed)
  }

  /** Makes a link to a new account; its token is shown only now. @throws AppError 409 `email_taken`. */
  async create({ role, email, createdBy }: NewInvite) {
    if (email !== null && (await this.users.byEmail(email)))
      throw emailTaken('A link for a new password lets its owner in again.')
    return this.insert({ role, email, user_id: null, created_by: createdBy }, INVITE_MS)
  }

  /** Makes a link by which somebody chooses a new password. @throws AppError 404. */
  async createReset(userId: string, createdBy: string | null) {
    const user = await this.users.get(userId)
    if (!user) throw notFound('There is nobody with this id.', 'person_not_found')
    const { role, email, id: user_id } = user
    return this.insert({ role, email, user_id, created_by: createdBy }, RESET_MS)
  }

  /** Takes a link back. @throws AppError 404. */
  async remove(id: string): Promise<{ email: string | null }> {
    const removed = await this.db
      .deleteFrom('invites')
      .where('id', '=', id)
      .returning('email')
      .executeTakeFirst()
    if (!removed) throw notFound('There is no such invite.', 'invite_not_found')
    return removed
  }

  /** What a token leads to, or null when it is used up, taken back, too old or made up. */
  async find(token: string): Promise<Invite | null> {
    const row = await this.db
      .selectFrom('invites')
      .selectAll()
      .where('hash', '=', hashOf(token))
      .where('expires_at', '>', this.now())
      .executeTakeFirst()
    return row ?? null
  }

  /**
   * Uses a link: creates the account, or sets the password and ends the account's sessions.
   * @throws AppError 403 `invalid_invite`; 409 `email_taken`, after which the link is still good.
   */
  async accept({ token, email, name, password }: Acceptance): Promise<User> {
    const invite = await this.find(token)
    if (!invite) throw invalidInvite()
    if (invite.user_id) return this.acceptReset(invite, invite.user_id, password)
    const address = invite.email ?? email
    if (!address)
      throw new AppError('An email address is needed.', {
        code: 'invalid_request',
        status: 400,
        param: 'email',
      })
    await this.use(invite)
    try {
      const { role } = invite
      return await this.users.create({ email: address, name: name ?? address, role, password })
    } catch (error) {
      await this.db.insertInto('invites').values(invite).execute()
      throw error
    }
  }

  private async acceptReset(invite: Invite, userId: string, password: string): Promise<User> {
    await this.use(invite)
    await this.users.setPassword(userId, password)
    await this.sessions.endAll(userId)
    const user = await this.users.get(userId)
    if (!user) throw invalidInvite()
    return user
  }

  /** Deleting is one step: of two that use a link at once, one wins. */
  private async use({ id }: Invite): Promise<void> {
    const used = await this.db
      .deleteFrom('invites')
      .where('id', '=', id)
      .returning('id')
      .executeTakeFirst()
    if (!used) throw invalidInvite()
  }

  private async insert(
    given: Pick<Invite, 'role' | 'email' | 'user_id' | 'created_by'>,
    lifetimeMs: number,
  ): Promise<MadeInvite> {
    const token = randomBytes(32).toString('base64url')
    const now = this.now()
    const invite: Invite = {
      ...given,
      email: given.email?.trim().toLowerCase() ?? null,
      id: randomUUID(),
      hash: hashOf(token),
      created_at: now,
      expires_at: now + lifetimeMs,
    }
    await this.db.insertInto('invites').values(invite).execute()
    return { ...toListed(invite), token }
  }
}

function toListed({ hash: _, created_by: __, ...invite }: Invite) {
  return invite
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

function invalidInvite(): AppError {
  return new AppError('This link is not valid any more.', {
    code: 'invalid_invite',
    status: 403,
    hint: 'It may have been used, or be too old. Ask an admin for a new one.',
  })
}
