import type { Scope } from '@/lib/endpoints/endpoint'

/** Who makes a request, once that has been found out. */
export type Caller = {
  /** Null for a key that belongs to no account, such as RUNNEL_ADMIN_KEY, and for anonymous callers. */
  userId: string | null
  role: 'admin' | 'user' | 'anonymous'
  via: 'session' | 'key' | 'anonymous'
  /** What limits and fairness count by: a user, a key, or an address. */
  client: string
  scopes: ReadonlySet<Scope>
}
