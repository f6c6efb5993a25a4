import { z } from 'zod'
import type { Endpoint } from '../endpoints/endpoint'

/** A JSON Schema, 2020-12, as zod writes it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema

/** The JSON Schema of what a zod schema takes (`input`) or gives (`output`). */
export function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

/** Whether a field of an object may be left out. */
function isOptional(name: string, field: z.ZodType): boolean {
  return z.safeParse(z.object({ [name]: field }), {}).success
}

/** What a call carries in its path, its query or its headers. */
export type Parameter = {
  name: string
  where: 'path' | 'query' | 'header'
  required: boolean
  schema: JsonSchema
  example: string | number | boolean | undefined
}

const lastEventId: Parameter = {
  name: 'Last-Event-ID',
  where: 'header',
  required: false,
  schema: schemaOf(
    z.string().meta({ description: 'The id of the last event that was seen: goes on after it.' }),
    'input',
  ),
  example: undefined,
}

/** The parameters of an endpoint, those of the path first. */
export function parametersOf(endpoint: Endpoint): Parameter[] {
  const declared = (['path', 'query'] as const).flatMap((where) => {
    const fields = (where === 'path' ? endpoint.params : endpoint.query)?.shape ?? {}
    const examples = where === 'path' ? endpoint.example?.params : endpoint.example?.query
    return Object.entries(fields).map(([name, field]) => ({
      name,
      where,
      required: where === 'path' || !isOptional(name, field),
      schema: schemaOf(field, 'input'),
      example: examples?.[name],
    }))
  })
  return endpoint.response.events ? [...declared, lastEventId] : declared
}

/** What a status means on every endpoint, unless the endpoint says more. */
export const ERROR_WORDS = {
  400: 'The request is not right: `param` names the field, `message` says what it must be.',
  401: 'There is no credential, or one that is not valid any more.',
  403: 'The credential does not reach this far, or the request comes from another site, or is made out to a name that is not the server’s.',
  404: 'What the path names does not exist, or not for this caller.',
  413: 'The body is too large.',
  415: 'The body is not `application/json`.',
  429: 'Too much at once: `Retry-After` says when to try again.',
  500: 'A fault of the server: its log has the cause under the request id.',
} as const

const STREAM_ERRORS = {
  429: 'Too many streams, or too much for this key: `too_many_streams`, `key_streams_full`, `key_requests_exceeded`.',
  503: 'The server has as many streams open as it takes: `streams_full`.',
} as const

/** The errors that an endpoint can answer, by status: in which case. */
export function errorsOf(endpoint: Endpoint): ReadonlyMap<number, string> {
  const own = { ...(endpoint.response.events ? STREAM_ERRORS : {}), ...endpoint.errors }
  const all = new Map<number, string>(
    Object.entries(own).map(([status, words]) => [Number(status), words]),
  )
  for (const status of common(endpoint)) if (!all.has(status)) all.set(status, ERROR_WORDS[status])
  return new Map([...all].sort(([a], [b]) => a - b))
}

function common(endpoint: Endpoint): (keyof typeof ERROR_WORDS)[] {
  const { params, query, body } = endpoint
  return [
    ...(params || query || body ? ([400] as const) : []),
    // Whoever shows a key that is worth nothing, or has used up its requests, is told so, also where nobody asked for one.
    401,
    429,
    403,
    ...(params ? ([404] as const) : []),
    ...(body ? ([413, 415] as const) : []),
    500,
  ]
}
