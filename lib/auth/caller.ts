import { AppError } from '@/lib/platform/errors'
import type { Access, Scope } from './constants'

/** What one key may use up; null is without limit. */
export type KeyQuota = {
  requestsPerMinute: number | null
  /** A day of UTC. */
  tokensPerDay: number | null
  maxStreams: number | null
}

/** What a caller showed. When it ends, so do the streams that were opened with it. */
export type Credential =
  | { kind: 'session'; id: string; expiresAt: number }
  | { kind: 'key'; id: string; expiresAt: number | null; quota: KeyQuota }

/** Who makes a request, once that has been found out. */
export type Caller = {
  /** Null for a key that belongs to no account, such as RUNNEL_ADMIN_KEY, and for anonymous callers. */
  userId: string | null
  role: 'admin' | 'user' | 'anonymous'
  via: 'session' | 'key' | 'ticket' | 'metrics token' | 'anonymous'
  /** What limits and fairness count by: a user, a key, or an address. */
  client: string
  scopes: ReadonlySet<Scope>
  /** Null for anonymous callers. */
  credential: Credential | null
  /** How the audit trail and the log name it: an email address, or a key. */
  label: string
  /** Where the request came from. */
  address: string
}

/** The key that a caller showed, itself or for a ticket; null for any other credential. */
export function keyOf({ credential }: Pick<Caller, 'credential'>) {
  return credential?.kind === 'key' ? credential : null
}

/** The id of that key. */
export function keyIdOf(caller: Pick<Caller, 'credential'>): string | null {
  return keyOf(caller)?.id ?? null
}

/**
 * Decides whether a caller may use an endpoint.
 * @throws AppError 401 without a credential, 403 when it does not reach.
 */
export function authorize(caller: Caller, access: Access): void {
  if (reaches(caller, access)) return
  if (caller.via === 'anonymous')
    throw new AppError('This needs an API key or a session.', {
      code: 'missing_credentials',
      status: 401,
      hint: 'Send `Authorization: Bearer <key>`; `npm start` prints a key on its first run.',
    })
  throw new AppError(refusal(access), {
    code: 'insufficient_scope',
    status: 403,
    hint: 'Use a key that has it, or ask an admin.',
  })
}

function reaches(caller: Caller, access: Access): boolean {
  switch (access) {
    case 'public':
      return true
    case 'member':
      return caller.via !== 'anonymous' && caller.via !== 'metrics token'
    case 'metrics':
      return caller.via === 'metrics token' || caller.scopes.has('admin')
    case 'session':
      return caller.via === 'session'
    case 'account':
      return caller.via === 'session' || (caller.via === 'key' && caller.scopes.has('admin'))
    case 'infer':
    case 'models:read':
    case 'models:write':
    case 'admin':
      return caller.scopes.has(access)
  }
}

function refusal(access: Access): string {
  if (access === 'session') return 'Only a person who is signed in can do this.'
  if (access === 'account')
    return 'Only a person who is signed in, or a key with the scope `admin`, can do this.'
  return `This needs the scope \`${access === 'metrics' ? 'admin' : access}\`.`
}
