import { z } from 'zod'
import type { Endpoint } from '@/lib/endpoints/endpoint'

type Json = Record<string, unknown>

const errorBody = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    code: z.string(),
    param: z.string().nullable(),
    hint: z.string().nullable(),
  }),
})

/** What an endpoint can answer besides success, by who may call it. */
function errorStatuses(endpoint: Endpoint): number[] {
  const statuses = [400]
  if (endpoint.access !== 'public') statuses.push(401, 403)
  if (endpoint.params) statuses.push(404)
  if (endpoint.body) statuses.push(413, 415)
  return statuses
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

function parametersOf(endpoint: Endpoint): Json[] {
  return (['path', 'query'] as const).flatMap((where) => {
    const schema = where === 'path' ? endpoint.params : endpoint.query
    return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
      name,
      in: where,
      required: where === 'path' || !z.safeParse(z.object({ [name]: field }), {}).success,
      schema: schemaOf(field, 'input'),
    }))
  })
}

function operation(endpoint: Endpoint): Json {
  const { response } = endpoint
  const content: Json = {}
  if (response.schema) content['application/json'] = { schema: schemaOf(response.schema, 'output') }
  if (response.stream) content['text/event-stream'] = { schema: { type: 'string' } }
  return {
    operationId: operationId(endpoint),
    tags: [endpoint.tag],
    summary: endpoint.summary,
    description: endpoint.description,
    parameters: parametersOf(endpoint),
    requestBody: endpoint.body && {
      required: true,
      content: { 'application/json': { schema: schemaOf(endpoint.body, 'input') } },
    },
    responses: {
      [response.status]: { description: response.description, content },
      ...Object.fromEntries(
        errorStatuses(endpoint).map((status) => [status, { $ref: '#/components/responses/Error' }]),
      ),
    },
    security: endpoint.access === 'public' ? [] : [{ bearer: [] }, { header: [] }, { session: [] }],
  }
}

function operationId({ method, path }: Endpoint): string {
  const words = path
    .split(/[^a-zA-Z0-9]+/)
    .filter((word) => word && word !== 'v1' && word !== 'api')
  return [
    method.toLowerCase(),
    ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)),
  ].join('')
}

/** Describes the endpoints as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0). */
export function openApiDocument(endpoints: readonly Endpoint[]): Json {
  const paths: Record<string, Json> = {}
  for (const endpoint of endpoints) {
    const path = paths[endpoint.path] ?? {}
    path[endpoint.method.toLowerCase()] = operation(endpoint)
    paths[endpoint.path] = path
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Runnel',
      version: '1',
      description: 'A self-hosted server for local language models.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      responses: {
        Error: {
          description: 'What went wrong, and what to do.',
          content: { 'application/json': { schema: schemaOf(errorBody, 'output') } },
        },
      },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        header: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
        session: { type: 'apiKey', in: 'cookie', name: 'runnel.session' },
      },
    },
  }
}
