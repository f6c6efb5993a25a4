import type { Endpoint } from '@/lib/api/endpoints/endpoint'
import type { Access } from '@/lib/auth/constants'

/** A field of a body, an answer or an event, as the API page shows it. */
export type ApiField = {
  name: string
  /** In the words of JSON: `string`, `integer[]`, `object or null`. */
  type: string
  required: boolean
  description: string | null
  /** What its value must be, such as `0 to 2` or `default 20`. */
  rules: readonly string[]
  /** What an object holds, and in a union each of its kinds. */
  groups: readonly ApiFieldGroup[]
}

/** The fields of one object; `title` tells it from the other kinds of a union. */
export type ApiFieldGroup = { title: string | null; fields: readonly ApiField[] }

/** What a call carries outside of its body. */
export type ApiParameter = ApiField & {
  where: 'path' | 'query' | 'header'
  /** The only values that it takes; null when there are too many to name. */
  options: readonly string[] | null
  /** What stands in it at first. */
  example: string
}

/** One kind of event of a stream. */
export type ApiEvent = { name: string; description: string; groups: readonly ApiFieldGroup[] }

/** One line of the list of calls. */
export type ApiCallSummary = {
  /** The operation's id in the OpenAPI document, and the last part of the address of its page. */
  id: string
  method: Endpoint['method']
  path: string
  tag: Endpoint['tag']
  summary: string
}

/** What trying a call takes. */
export type ApiTrial = ApiCallSummary & {
  access: Access
  parameters: readonly ApiParameter[]
  /** JSON to begin with; null when the call has no body. */
  body: string | null
  /** Whether it answers JSON, a stream, either as asked, or something else. */
  answers: 'json' | 'stream' | 'either' | 'other'
}

/** Everything that the API page says of a call. */
export type ApiCall = ApiTrial & {
  description: string | null
  bodyGroups: readonly ApiFieldGroup[]
  answer: { status: number; description: string; groups: readonly ApiFieldGroup[] }
  events: readonly ApiEvent[]
  errors: readonly { status: number; description: string }[]
}
