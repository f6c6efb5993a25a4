import { errorBody } from '@/lib/platform/schemas'
import { ENDPOINTS } from '../endpoints'
import type { Endpoint } from '../endpoints/endpoint'
import { ERROR_WORDS, schemaOf } from './endpoint-parts'
import { errorAnswer, operationOf } from './operation'

type Json = Record<string, unknown>

const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key.' },
  header: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'An API key.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'runnel.session',
    description: 'The session of the dashboard. What changes something also needs its `Origin`.',
  },
  ticket: {
    type: 'apiKey',
    in: 'query',
    name: 'ticket',
    description: 'For `EventSource` on another site: opens one path once, see `POST /v1/tickets`.',
  },
}

const HEADERS = {
  RequestId: {
    description: 'The id of the request in the log; the one that was sent, or a new one.',
    schema: { type: 'string' },
  },
  RetryAfter: {
    description: 'Seconds after which trying again makes sense.',
    schema: { type: 'integer' },
  },
}

/**
 * The description of this server as JSON, made when it is first asked for: it takes tens of milliseconds, and is always
 * the same.
 */
export const describeApi = lazily(() => JSON.stringify(openApiDocument(orderedEndpoints())))

function lazily<T extends string>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

/** Describes the endpoints as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0). */
function openApiDocument(endpoints: readonly Endpoint[]): Json {
  const paths: Record<string, Json> = {}
  for (const endpoint of endpoints)
    paths[endpoint.path] = {
      ...paths[endpoint.path],
      [endpoint.method.toLowerCase()]: operationOf(endpoint),
    }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Runnel',
      version: '1',
      description: 'A self-hosted server for local language models.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(endpoints.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Error: schemaOf(errorBody, 'output') },
      headers: HEADERS,
      responses: Object.fromEntries(
        Object.entries(ERROR_WORDS).map(([status, words]) => [
          `Error${status}`,
          errorAnswer(Number(status), words),
        ]),
      ),
      securitySchemes: SECURITY_SCHEMES,
    },
  }
}

/** What most programs call comes first. */
const TAGS: Record<Endpoint['tag'], number> = {
  Inference: 0,
  OpenAI: 1,
  Anthropic: 2,
  Models: 3,
  Downloads: 4,
  Hub: 5,
  Chat: 6,
  Server: 7,
  Keys: 8,
  Accounts: 9,
  People: 10,
  Activity: 11,
}
const METHODS: Record<Endpoint['method'], number> = { GET: 0, POST: 1, PUT: 2, PATCH: 3, DELETE: 4 }

/** Every endpoint in the order in which people read about them: by area, then by path. */
export function orderedEndpoints(): readonly Endpoint[] {
  return ENDPOINTS.toSorted(
    (a, b) =>
      TAGS[a.tag] - TAGS[b.tag] ||
      a.path.localeCompare(b.path, 'en') ||
      METHODS[a.method] - METHODS[b.method],
  )
}
