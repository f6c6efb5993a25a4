import type { Access, Scope } from '@/lib/endpoints/endpoint'
import { SCOPES } from '@/lib/endpoints/endpoint'
import { AppError } from '@/lib/errors'
import type { ApiKeys } from './api-keys'
import type { Caller } from './caller'
import { readCookie, SESSION_COOKIE, sessionIdOf } from './session-cookie'
import type { Sessions } from './sessions'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])
const USER_SCOPES: readonly Scope[] = ['infer', 'models:read', 'models:write']

const ANONYMOUS: Caller = {
  userId: null,
  role: 'anonymous',
  via: 'anonymous',
  client: 'anonymous',
  scopes: new Set(),
}

/** Finds out who makes a request and whether the endpoint is for them. */
export class Authenticator {
  constructor(
    private readonly keys: ApiKeys,
    private readonly sessions: Sessions,
    private readonly secret: string,
    /** Where the dashboard is reached, when a proxy in front gives it another name. */
    private readonly publicUrl: string | undefined,
  ) {}

  /**
   * A key in `Authorization: Bearer` or `X-Api-Key` wins over the session cookie.
   * @throws AppError 401 without a valid credential, 403 when it does not reach.
   */
  async authenticate(request: Request, access: Access): Promise<Caller> {
    const caller = (await this.byKey(request)) ?? (await this.bySession(request)) ?? ANONYMOUS
    if (caller.via === 'session') this.checkOrigin(request)
    authorize(caller, access)
    return caller
  }

  private async byKey(request: Request): Promise<Caller | null> {
    const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
    const key = bearer ?? request.headers.get('x-api-key')
    if (!key) return null
    const known = await this.keys.verify(key)
    if (!known)
      throw new AppError('This API key is not valid.', {
        code: 'invalid_api_key',
        status: 401,
        hint: 'It may have been revoked or have expired. An admin can make a new one.',
      })
    return {
      userId: known.userId,
      role: known.role ?? (known.scopes.includes('admin') ? 'admin' : 'user'),
      via: 'key',
      client: known.userId ? `user:${known.userId}` : `key:${known.id}`,
      scopes: new Set(known.scopes.includes('admin') ? SCOPES : known.scopes),
    }
  }

  private async bySession(request: Request): Promise<Caller | null> {
    const cookie = readCookie(request.headers.get('cookie'), SESSION_COOKIE)
    const sessionId = await sessionIdOf(cookie, this.secret)
    const user = sessionId ? await this.sessions.userOf(sessionId) : null
    if (!user) return null
    return {
      userId: user.id,
      role: user.role,
      via: 'session',
      client: `user:${user.id}`,
      scopes: new Set(user.role === 'admin' ? SCOPES : USER_SCOPES),
    }
  }

  /** A browser sends its cookie along with another site's request; the `Origin` tells them apart. */
  private checkOrigin(request: Request): void {
    if (SAFE_METHODS.has(request.method)) return
    const origin = request.headers.get('origin')
    const allowed = [request.headers.get('host'), this.publicUrl && new URL(this.publicUrl).host]
    if (origin && URL.canParse(origin) && allowed.includes(new URL(origin).host)) return
    throw new AppError('This request did not come from the dashboard.', {
      code: 'wrong_origin',
      status: 403,
      hint: 'Programs use an API key in the Authorization header instead of the session cookie.',
    })
  }
}

function authorize(caller: Caller, access: Access): void {
  if (access === 'public') return
  if (caller.via === 'anonymous')
    throw new AppError('This needs an API key or a session.', {
      code: 'missing_credentials',
      status: 401,
      hint: 'Send `Authorization: Bearer <key>`; `npm start` prints a key on its first run.',
    })
  if (access === 'member' || (access === 'session' && caller.via === 'session')) return
  if (access !== 'session' && caller.scopes.has(access)) return
  throw new AppError(
    access === 'session'
      ? 'Only a person who is signed in can do this.'
      : `This needs the scope \`${access}\`.`,
    { code: 'insufficient_scope', status: 403, hint: 'Use a key that has it, or ask an admin.' },
  )
}
