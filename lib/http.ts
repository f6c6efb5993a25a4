import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { Caller } from '@/lib/auth/caller'
import type { Endpoint } from '@/lib/endpoints/endpoint'
import { AppError, fromUnknown } from '@/lib/errors'
import { type Services, services } from '@/lib/services'

type Infer<S> = S extends z.ZodType ? z.infer<S> : undefined

/** What a handler gets: everything parsed and checked. */
export type Context<E extends Endpoint> = {
  request: Request
  /** Aborts when the client is gone. */
  signal: AbortSignal
  requestId: string
  caller: Caller
  services: Services
  params: Infer<E['params']>
  query: Infer<E['query']>
  body: Infer<E['body']>
}

/** What Next gives a route; a path without parameters comes with undefined ones. */
type RouteContext = { params: Promise<Record<string, string | string[] | undefined> | undefined> }
type RouteHandler = (request: Request, context: RouteContext) => Promise<Response>

const MAX_BODY_BYTES = 1024 * 1024

/**
 * The one wrapper of every route: request id → authenticate → parse → run → toResponse.
 * The handler answers a Response, or a value that is sent as JSON with the endpoint's status.
 */
export function route<E extends Endpoint>(
  endpoint: E,
  handler: (context: Context<E>) => unknown,
): RouteHandler {
  return async (request, { params }) => {
    const requestId = requestIdOf(request)
    const started = performance.now()
    const response = await respond(endpoint, handler, request, params, requestId)
    response.headers.set('X-Request-Id', requestId)
    services().logger.info(
      {
        requestId,
        method: request.method,
        path: new URL(request.url).pathname,
        status: response.status,
        ms: Math.round(performance.now() - started),
      },
      'request',
    )
    return response
  }
}

async function respond<E extends Endpoint>(
  endpoint: E,
  handler: (context: Context<E>) => unknown,
  request: Request,
  params: RouteContext['params'],
  requestId: string,
): Promise<Response> {
  const all = services()
  try {
    const caller = await all.auth.authenticator.authenticate(request, endpoint.access)
    const url = new URL(request.url)
    const context = {
      request,
      signal: request.signal,
      requestId,
      caller,
      services: all,
      params: parse(endpoint.params, joinParams((await params) ?? {}), 'path'),
      query: parse(endpoint.query, Object.fromEntries(url.searchParams), 'query'),
      body: endpoint.body
        ? parse(
            endpoint.body,
            await readJson(request, endpoint.maxBodyBytes ?? MAX_BODY_BYTES),
            'body',
          )
        : undefined,
    }
    // The generic parameter can't be followed through three optional schemas: this is where they meet.
    const result = await handler(context as Context<E>)
    if (result instanceof Response) return result
    if (result === undefined) return new Response(null, { status: 204 })
    return Response.json(result, { status: endpoint.response.status })
  } catch (error) {
    const known = fromUnknown(error)
    if (known.status >= 500)
      all.logger.error({ requestId, err: known.cause ?? known }, known.message)
    return known.toResponse()
  }
}

/** A catch-all segment is one value with slashes, as a model's id is written. */
function joinParams(
  params: Record<string, string | string[] | undefined>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      (Array.isArray(value) ? value : [value])
        .map((part) => part && decodeURIComponent(part))
        .join('/'),
    ]),
  )
}

function parse(
  schema: z.ZodType | undefined,
  value: unknown,
  where: 'path' | 'query' | 'body',
): unknown {
  if (!schema) return undefined
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const extra = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const name = [...(issue?.path ?? []), ...extra].join('.') || undefined
  const why = extra.length > 0 ? 'there is no such field' : (issue?.message ?? 'it does not fit')
  throw new AppError(`${name ? `\`${name}\`` : `The ${where}`} is wrong: ${why}.`, {
    code: 'invalid_request',
    status: 400,
    param: name,
    hint: 'GET /openapi.json describes every field.',
  })
}

async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/(?:[\w.+-]*\+)?json\b/i.test(type))
    throw new AppError('The body must be JSON, with `Content-Type: application/json`.', {
      code: 'unsupported_media_type',
      status: 415,
    })
  const text = await readText(request, maxBytes)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('The body is not valid JSON.', { code: 'invalid_json', status: 400, cause })
  }
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const tooLarge = () =>
    new AppError(`The body is larger than ${maxBytes} bytes.`, {
      code: 'body_too_large',
      status: 413,
    })
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  if (!request.body) return ''
  const decoder = new TextDecoder()
  let size = 0
  let text = ''
  for await (const chunk of request.body) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge()
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function requestIdOf(request: Request): string {
  const given = request.headers.get('x-request-id')
  return given && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID()
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/**
 * All methods of a path: those that are given, `HEAD` and `OPTIONS` made from them, and a JSON 405 for the rest.
 * `HEAD` never runs the handler of `GET`: Next would start its stream and never cancel it.
 */
export function methods(
  handlers: Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', RouteHandler>>,
): Record<(typeof METHODS)[number], RouteHandler> {
  const given = Object.keys(handlers)
  const allow = [...given, ...(handlers.GET ? ['HEAD'] : []), 'OPTIONS'].join(', ')
  const empty = (status: number) => async () =>
    new Response(null, { status, headers: { Allow: allow } })
  const refuse: RouteHandler = async (request) =>
    new AppError(`${request.method} is not possible here; ${allow} are.`, {
      code: 'method_not_allowed',
      status: 405,
    }).toResponse({ Allow: allow, 'X-Request-Id': requestIdOf(request) })
  return {
    GET: handlers.GET ?? refuse,
    HEAD: handlers.GET ? empty(200) : refuse,
    POST: handlers.POST ?? refuse,
    PUT: handlers.PUT ?? refuse,
    PATCH: handlers.PATCH ?? refuse,
    DELETE: handlers.DELETE ?? refuse,
    OPTIONS: empty(204),
  }
}

/** Answers what no route serves, in the shape of every other error. */
export async function unknownPath(request: Request): Promise<Response> {
  return new AppError(`There is no ${new URL(request.url).pathname} here.`, {
    code: 'unknown_path',
    status: 404,
    hint: 'GET /openapi.json lists every path.',
  }).toResponse({ 'X-Request-Id': requestIdOf(request) })
}
