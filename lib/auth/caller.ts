import type { Scope } from './constants'

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
