import { createHash, timingSafeEqual } from 'node:crypto'
import { AppError } from '@/lib/platform/errors'
import type { ApiKeys, VerifiedKey } from './api-keys'
import { authorize, type Caller } from './caller'
import { addressOf } from './client-address'
import { type Access, SCOPES, type Scope } from './constants'
import type { OriginPolicy } from './policies'
import { readCookie, SESSION_COOKIE, type Sessions, sessionIdOf } from './sessions'
import type { Tickets } from './tickets'

const USER_SCOPES: readonly Scope[] = ['infer', 'models:read', 'models:write']

type Dependencies = {
  keys: Pick<ApiKeys, 'verify'>
  sessions: Pick<Sessions, 'find'>
  tickets: Pick<Tickets, 'redeem'>
  metricsToken: Pick<MetricsToken, 'matches'>
  origins: Pick<OriginPolicy, 'check'>
  /** What signs the session cookie. */
  secret: string
}

/** Finds out who makes a request and whether the endpoint is for them. */
export class Authenticator {
  readonly #by: Dependencies

  constructor(by: Dependencies) {
    this.#by = by
  }

  /**
   * A key in `Authorization: Bearer` or `X-Api-Key` wins over a ticket in the address, and that over the session
   * cookie. Whoever shows no key may be a page that borrows a browser's cookie, so their origin is checked.
   * @throws AppError 401 without a valid credential, 403 when it does not reach, or comes from elsewhere.
   */
  async authenticate(request: Request, access: Access): Promise<Caller> {
    const shown =
      (access === 'metrics' ? this.#byMetricsToken(request) : null) ??
      (await this.#byKey(request)) ??
      this.#byTicket(request)
    const caller = shown ?? (await this.#bySession(request)) ?? anonymous(request)
    if (!shown) this.#by.origins.check(request, caller.via === 'session')
    authorize(caller, access)
    return caller
  }

  /** The token is asked for nowhere else, so that it opens nothing else. */
  #byMetricsToken(request: Request): Caller | null {
    const bearer = bearerOf(request)
    if (bearer === undefined || !this.#by.metricsToken.matches(bearer)) return null
    return { ...anonymous(request), via: 'metrics token', label: 'RUNNEL_METRICS_TOKEN' }
  }

  async #byKey(request: Request): Promise<Caller | null> {
    const key = bearerOf(request) ?? request.headers.get('x-api-key')
    if (!key) return null
    const known = await this.#by.keys.verify(key)
    if (!known)
      throw new AppError('This API key is not valid.', {
        code: 'invalid_api_key',
        status: 401,
        hint: 'It may have been revoked or have expired. An admin can make a new one.',
      })
    return callerOfKey(known, addressOf(request.headers))
  }

  #byTicket(request: Request): Caller | null {
    if (request.method !== 'GET') return null
    const url = new URL(request.url)
    const ticket = url.searchParams.get('ticket')
    return ticket === null ? null : this.#by.tickets.redeem(ticket, url.pathname)
  }

  async #bySession(request: Request): Promise<Caller | null> {
    const cookie = readCookie(request.headers.get('cookie'), SESSION_COOKIE)
    const id = await sessionIdOf(cookie, this.#by.secret)
    const session = id ? await this.#by.sessions.find(id) : null
    if (!id || !session) return null
    const { user, expiresAt } = session
    return {
      userId: user.id,
      role: user.role,
      via: 'session',
      client: `user:${user.id}`,
      scopes: new Set(user.role === 'admin' ? SCOPES : USER_SCOPES),
      credential: { kind: 'session', id, expiresAt },
      label: user.email,
      address: addressOf(request.headers),
    }
  }
}

function bearerOf(request: Request): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
}

function callerOfKey(key: VerifiedKey, address: string): Caller {
  const isAdmin = key.scopes.includes('admin')
  return {
    userId: key.userId,
    role: isAdmin ? 'admin' : 'user',
    via: 'key',
    client: key.userId ? `user:${key.userId}` : `key:${key.id}`,
    scopes: new Set(isAdmin ? SCOPES : key.scopes),
    credential: { kind: 'key', id: key.id, expiresAt: key.expiresAt, quota: key.quota },
    label: key.email ? `${key.email} (key ${key.name})` : `key ${key.name}`,
    address,
  }
}

function anonymous(request: Request): Caller {
  const address = addressOf(request.headers)
  return {
    userId: null,
    role: 'anonymous',
    via: 'anonymous',
    client: `address:${address}`,
    scopes: new Set(),
    credential: null,
    label: 'somebody',
    address,
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest()

/** RUNNEL_METRICS_TOKEN: what a collector shows to read `/metrics`, and nothing else. */
export class MetricsToken {
  readonly #hash: Buffer | undefined

  /** @param token undefined: there is none, and nothing matches. */
  constructor(token: string | undefined) {
    this.#hash = token === undefined ? undefined : sha256(token)
  }

  /** Whether this is the token. It takes as long for a wrong one as for the right one. */
  matches(given: string): boolean {
    return this.#hash !== undefined && timingSafeEqual(sha256(given), this.#hash)
  }
}
