/** What a key may be allowed to do. `admin` includes the rest. */
export const SCOPES = ['infer', 'models:read', 'models:write', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

/**
 * Who may call: anybody, anybody who is signed in or has a key (`member`), or whoever has a scope.
 * `session` is for what only a person at the dashboard does; `account` is for that person, or for a key
 * with the scope `admin`: what a lesser key may never do, such as making another key. `metrics` is for admins, and for
 * whoever shows the token that the operator has set for it.
 */
export type Access = 'public' | 'member' | 'session' | 'account' | 'metrics' | Scope

/** The shortest password that is accepted, in characters. */
export const MIN_PASSWORD_LENGTH = 10
