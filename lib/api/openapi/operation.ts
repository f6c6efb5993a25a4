import type { Endpoint, EventKind } from '@/lib/api/endpoints/endpoint'
import type { Access } from '@/lib/auth/constants'
import { ERROR_WORDS, errorsOf, parametersOf, schemaOf } from './endpoint-parts'

type Json = Record<string, unknown>

const REQUEST_ID = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } }

/** Describes an endpoint as an Operation Object (OpenAPI 3.1, 4.8.10). */
export function operationOf(endpoint: Endpoint): Json {
  const { body, response } = endpoint
  return {
    operationId: operationIdOf(endpoint),
    tags: [endpoint.tag],
    summary: endpoint.summary,
    description: endpoint.description,
    parameters: parametersOf(endpoint).map(({ where, ...rest }) => ({ ...rest, in: where })),
    requestBody: body && {
      required: true,
      content: {
        'application/json': { schema: schemaOf(body, 'input'), example: endpoint.example?.body },
      },
    },
    responses: {
      [response.status]: {
        description: response.description,
        headers: REQUEST_ID,
        content: contentOf(endpoint),
      },
      ...Object.fromEntries(
        [...errorsOf(endpoint)].map(([status, words]) => [status, errorResponse(status, words)]),
      ),
    },
    security: securityOf(endpoint),
  }
}

/** The id of an operation: its method and the words of its path. */
export function operationIdOf({ method, path }: Pick<Endpoint, 'method' | 'path'>): string {
  const words = path
    .split(/[^a-zA-Z0-9]+/)
    .filter((word) => word && word !== 'v1' && word !== 'api')
  return [
    method.toLowerCase(),
    ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)),
  ].join('')
}

function contentOf(endpoint: Endpoint): Json {
  const { schema, events, files = [] } = endpoint.response
  return {
    ...Object.fromEntries(files.map((type) => [type, { schema: { type: 'string' } }])),
    ...(schema && { 'application/json': { schema: schemaOf(schema, 'output') } }),
    ...(events && { 'text/event-stream': streamContent(events) }),
  }
}

/** OpenAPI 3.1 has no words for the events of a stream, so they are an extension. */
function streamContent(events: readonly EventKind[]): Json {
  const names = [...new Set(events.map(({ name }) => `\`${name}\``))].join(', ')
  return {
    schema: { type: 'string', description: `Server-Sent Events: ${names}.` },
    'x-events': events.map(({ name, description, data }) => ({
      event: name,
      description,
      data: data && schemaOf(data, 'output'),
    })),
  }
}

function errorResponse(status: number, words: string): Json {
  const common = Object.entries(ERROR_WORDS).find(([known]) => Number(known) === status)?.[1]
  if (words === common) return { $ref: `#/components/responses/Error${status}` }
  return errorAnswer(status, words)
}

/** The answer of an error. */
export function errorAnswer(status: number, description: string): Json {
  const waits = status === 429 || status === 503
  return {
    description,
    headers: {
      ...REQUEST_ID,
      ...(waits && { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }),
    },
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  }
}

/** Which credentials open it, and with which scopes (OpenAPI 3.1, 4.8.30). */
function securityOf({ access, method, path, response }: Endpoint): Json[] {
  if (access === 'public') return []
  if (access === 'session') return [{ session: [] }]
  const scopes = scopesOf(access)
  const byTicket = method === 'GET' && path.startsWith('/v1/') && response.events
  return [
    { bearer: scopes },
    { header: scopes },
    { session: [] },
    ...(byTicket ? [{ ticket: [] }] : []),
  ]
}

function scopesOf(access: Exclude<Access, 'public' | 'session'>): string[] {
  if (access === 'member') return []
  return [access === 'account' || access === 'metrics' ? 'admin' : access]
}
