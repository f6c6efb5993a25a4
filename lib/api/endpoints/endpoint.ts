import type { z } from 'zod'
import type { Access } from '@/lib/auth/constants'

/** One kind of event of a stream. */
export type EventKind = {
  /** `message` for events without a name. */
  readonly name: string
  readonly description: string
  /** Its data, as JSON; absent for a text that is none. */
  readonly data?: z.ZodType
}

/** A call to begin with, as values of JSON: a number of the query is a number here. */
export type Example = {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | boolean>>
  readonly body?: unknown
}

/** Protocols of others whose clients read errors in a shape of their own. */
export type ErrorShape = 'anthropic'

/** Everything about an endpoint except what it does: the source of parsing, of access and of /openapi.json. */
export type Endpoint = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** As OpenAPI writes it: `/v1/models/download/{id}`. */
  readonly path: `/${string}`
  readonly tag:
    | 'Inference'
    | 'OpenAI'
    | 'Anthropic'
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
    /** The media types of a file that is answered, such as `text/csv`; absent when there is none. */
    readonly files?: readonly string[]
    /** The kinds of events of a stream; absent when it never answers `text/event-stream`. */
    readonly events?: readonly EventKind[]
  }
  /** Whose shape its errors have; our own, which is OpenAI's with a hint, unless told. */
  readonly errorShape?: ErrorShape
  /** Its errors besides those that every endpoint of its kind has: in which case, by status. */
  readonly errors?: Readonly<Record<number, string>>
  /** A call that works as it is, where that is possible; ids of what somebody else makes are left out. */
  readonly example?: Example
}

/** Declares an endpoint; exists so that the types of its schemas are kept. */
export function endpoint<const E extends Endpoint>(definition: E): E {
  return definition
}
