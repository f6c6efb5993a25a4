import type { z } from 'zod'

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

/** Everything about an endpoint except what it does: the source of parsing, of access and of /openapi.json. */
export type Endpoint = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** As OpenAPI writes it: `/v1/models/download/{id}`. */
  readonly path: `/${string}`
  readonly tag:
    | 'Inference'
    | 'OpenAI'
    | 'Downloads'
    | 'Models'
    | 'Hub'
    | 'Chat'
    | 'Accounts'
    | 'Keys'
    | 'People'
    | 'Activity'
    | 'Server'
  readonly summary: string
  readonly description?: string
  readonly access: Access
  /** Under which action the audit trail names a call that succeeded, as `key.create`; absent leaves none. */
  readonly audit?: string
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** Bytes that the body may have; 1 MiB unless told. */
  readonly maxBodyBytes?: number
  readonly response: {
    readonly status: number
    readonly description: string
    /** The JSON that is answered; absent when there is none, or only a stream. */
    readonly schema?: z.ZodType
    /** Answers, or can answer, `text/event-stream`. */
    readonly stream?: boolean
  }
}

/** Declares an endpoint; exists so that the types of its schemas are kept. */
export function endpoint<const E extends Endpoint>(definition: E): E {
  return definition
}
