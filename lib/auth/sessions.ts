import { randomUUID } from 'node:crypto'
import type { JWT } from 'next-auth/jwt'
import { decode } from 'next-auth/jwt'
import type { Db } from '@/lib/platform/db/open'
import type { Session, User } from '@/lib/platform/db/schema'
import { notFound } from '@/lib/platform/errors'
import type { Revocations } from './revocations'
import { checkUnchanged } from './users'

/** How long a session lasts, in seconds. */
export const SESSION_SECONDS = 30 * 24 * 3600

/** How stale `last_used_at` may be, in milliseconds. */
const LAST_USED_PRECISION_MS = 60_000

/** Where a session was started. */
export type Origin = {
  userAgent?: string | null
  address?: string | null
  /** Of the password that was typed in; absent for a sign-in elsewhere. */
  passwordHash?: string | null
}

/** What is written in the transaction of a change. */
type Also = (tx: Db) => Promise<void>

/** Sessions of the dashboard. The cookie names one; the row decides whether it still counts. */
export class Sessions {
  readonly #db: Db
  readonly #revocations: Revocations

  constructor(db: Db, revocations: Revocations) {
    this.#db = db
    this.#revocations = revocations
  }

  /** Starts a session. @throws AppError as `checkUnchanged`. */
  async create(userId: string, from: Origin = {}, also?: Also): Promise<string> {
    const { userAgent, address, passwordHash } = from
    const now = Date.now()
    const id = randomUUID()
    const row: Session = {
      id,
      user_id: userId,
      created_at: now,
      expires_at: now + SESSION_SECONDS * 1000,
      last_used_at: now,
      user_agent: userAgent?.slice(0, 300) ?? null,
      address: address ?? null,
    }
    await this.#db.transaction().execute(async (tx) => {
      await checkUnchanged(tx, userId, passwordHash)
      await tx.insertInto('sessions').values(row).execute()
      await also?.(tx)
    })
    return id
  }

  /** A session that is neither ended nor expired, with its account, unless that is disabled. */
  async find(id: string): Promise<{ user: User; expiresAt: number } | null> {
    const now = Date.now()
    const row = await this.#db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .selectAll('users')
      .select(['sessions.expires_at', 'sessions.last_used_at'])
      .where('sessions.id', '=', id)
      .where('sessions.expires_at', '>', now)
      .where('users.disabled', '=', 0)
      .executeTakeFirst()
    if (!row) return null
    if (now - row.last_used_at > LAST_USED_PRECISION_MS)
      await this.#db
        .updateTable('sessions')
        .set({ last_used_at: now })
        .where('id', '=', id)
        .execute()
    const { expires_at: expiresAt, last_used_at: _, ...user } = row
    return { user, expiresAt }
  }

  /** The user of a session that still counts. */
  async userOf(id: string): Promise<User | null> {
    return (await this.find(id))?.user ?? null
  }

  /** The sessions of an account that still count, last used first. */
  list(userId: string): Promise<Session[]> {
    return this.#db
      .selectFrom('sessions')
      .selectAll()
      .where('user_id', '=', userId)
      .where('expires_at', '>', Date.now())
      .orderBy('last_used_at', 'desc')
      .execute()
  }

  /**
   * Ends a session of an account, with every stream that it opened.
   * @throws AppError 404, also for somebody else's.
   */
  async end(userId: string, id: string, also?: Also): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      const ended = await tx
        .deleteFrom('sessions')
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .returning('id')
        .executeTakeFirst()
      if (!ended)
        throw notFound('There is no such session, or it is not yours.', 'session_not_found')
      await also?.(tx)
    })
    this.announceEnd([id])
  }

  /** Closes what was opened with sessions that have ended, once their transaction is through. */
  announceEnd(ids: readonly string[]): void {
    for (const id of ids) this.#revocations.revoke({ kind: 'session', id })
  }

  /** Removes sessions that have expired. */
  async prune(now: number): Promise<void> {
    await this.#db.deleteFrom('sessions').where('expires_at', '<=', now).execute()
  }
}

/**
 * Ends all sessions of an account, except one when it is named, within a transaction.
 * @returns their ids, for `announceEnd`
 */
export async function endSessions(tx: Db, userId: string, except?: string): Promise<string[]> {
  const ended = await tx
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('id', '!=', except ?? '')
    .where('expires_at', '>', Date.now())
    .returning('id')
    .execute()
  return ended.map(({ id }) => id)
}

/** Named here once: next-auth's own default changes with the address, and then sign-in and check disagree. */
export const SESSION_COOKIE = 'runnel.session'

/** The id of the session that a cookie's value names, when our secret signed it. */
export async function sessionIdOf(
  cookie: string | undefined,
  secret: string,
): Promise<string | null> {
  if (!cookie) return null
  try {
    const token: JWT | null = await decode({ token: cookie, secret })
    return typeof token?.sid === 'string' ? token.sid : null
  } catch {
    // A forged, foreign or expired token is the same as none.
    return null
  }
}

/** One cookie out of a `Cookie` header, as it was sent: a session token has nothing that needs decoding. */
export function readCookie(header: string | null, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [key, value] = pair.trim().split('=', 2)
    if (key === name && value) return value
  }
  return undefined
}
