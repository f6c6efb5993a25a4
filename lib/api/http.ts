import type { z } from 'zod'
import type { AuditNote, AuditWriter } from '@/lib/auth/audit'
import type { Caller } from '@/lib/auth/caller'
import { fromUnknown } from '@/lib/platform/errors'
import { errorBody } from '@/lib/platform/schemas'
import { toAnthropicError } from '@/lib/protocols/anthropic/answer'
import { type Services, services } from '@/lib/services'
import type { RequestRecord } from '@/lib/telemetry/requests/request-record'
import { AuditedCall } from './audit-call'
import type { Endpoint, ErrorShape } from './endpoints/endpoint'
import { finish, type RouteHandler, type RouteParams } from './methods'
import { joinParams, parse } from './read-input'
import { readJson } from './read-json'
import { type TiedRequest, tieToCredential } from './tied-request'

type Infer<S> = S extends z.ZodType ? z.infer<S> : undefined

/** What a handler gets: everything parsed and checked. */
export type Context<E extends Endpoint> = {
  request: Request
  /** Aborts when the client is gone, or its key or session has ended. */
  signal: AbortSignal
  requestId: string
  caller: Caller
  services: Services
  params: Infer<E['params']>
  query: Infer<E['query']>
  body: Infer<E['body']>
  /** Tells the audit trail more than the request does, for endpoints that are audited. */
  note(more: AuditNote): void
  /** Writes the row of this call in the audit trail, in the transaction of what it changes. */
  record: AuditWriter
}

type Handler<E extends Endpoint> = (context: Context<E>) => unknown

const MAX_BODY_BYTES = 1024 * 1024

/**
 * The one wrapper of every route: request id → host → authenticate → limit → parse → run → audit → toResponse.
 * The handler answers a Response, or a value that is sent as JSON with the endpoint's status.
 */
export function route<E extends Endpoint>(endpoint: E, handler: Handler<E>): RouteHandler {
  return async (request, { params }) => {
    const all = services()
    return all.requests.answer(request, endpoint.path, async (record) => {
      const limits = new Headers()
      const answer = await respond(endpoint, handler, request, params, record, limits)
      const response = await shapeError(answer, endpoint.errorShape, record.id)
      for (const [name, value] of limits) response.headers.set(name, value)
      return finish(request, response, all)
    })
  }
}

async function respond<E extends Endpoint>(
  endpoint: E,
  handler: Handler<E>,
  request: Request,
  params: RouteParams,
  record: RequestRecord,
  limits: Headers,
): Promise<Response> {
  const all = services()
  const { id: requestId } = record
  try {
    all.auth.hosts.check(request)
    const caller = await all.auth.authenticator.authenticate(request, endpoint.access)
    record.caller = caller.label
    const tied = tieToCredential(request, caller, all.auth)
    try {
      await limit(caller, all, limits)
      return await perform(endpoint, handler, { request, params, requestId, caller, tied })
    } finally {
      tied.release()
    }
  } catch (error) {
    // What ends because its client has left ends as it should, and nobody reads the answer.
    if (!request.signal.aborted || error !== request.signal.reason) log(error, requestId, all)
    return fromUnknown(error).toResponse()
  }
}

/** Tells the operator what nobody foresaw, and what is behind an error that was. That there was one is in the line of the request. */
function log(error: unknown, requestId: string, { logger }: Services): void {
  const { status, code, cause, message } = fromUnknown(error)
  if (code === 'internal_error') logger.error({ requestId, err: cause ?? error }, message)
  else if (status >= 500 && cause) logger.warn({ requestId, err: cause }, message)
}

/** A request of a caller who may make it. */
type Admitted = {
  request: Request
  params: RouteParams
  requestId: string
  caller: Caller
  tied: TiedRequest
}

/** Parses what was sent, runs the handler, and writes down what it did. */
async function perform<E extends Endpoint>(
  endpoint: E,
  handler: Handler<E>,
  { request, params, requestId, caller, tied }: Admitted,
): Promise<Response> {
  const all = services()
  const input = await readInput(endpoint, request, params)
  // A body may come slowly, and what was good at its beginning may have ended meanwhile.
  tied.check()
  const audited = new AuditedCall(endpoint.audit, caller, all)
  const result = await handler({
    ...input,
    request: tied.request,
    signal: tied.request.signal,
    requestId,
    caller,
    services: all,
    note: (more) => audited.note(more),
    record: audited.record,
    // The generic parameter can't be followed through three optional schemas: this is where they meet.
  } as Context<E>)
  tied.check()
  const response = toResponse(endpoint, result)
  if (response.ok) await audited.finish({ ...input, result })
  return response
}

/** Takes the call from the budget of its key, and tells what is left of that. @throws AppError 429 when nothing is. */
async function limit(caller: Caller, all: Services, headers: Headers) {
  if (caller.credential?.kind !== 'key') return
  const budget = await all.auth.keyLimits.take(caller.credential)
  for (const [name, value] of Object.entries(budget.headers)) headers.set(name, value)
  if (budget.refusal) throw budget.refusal
}

async function readInput(endpoint: Endpoint, request: Request, params: RouteParams) {
  const { ticket: _, ...query } = Object.fromEntries(new URL(request.url).searchParams)
  const maxBytes = endpoint.maxBodyBytes ?? MAX_BODY_BYTES
  return {
    params: parse(endpoint.params, joinParams((await params) ?? {}), 'path'),
    query: parse(endpoint.query, query, 'query'),
    body: endpoint.body
      ? parse(endpoint.body, await readJson(request, maxBytes), 'body')
      : undefined,
  }
}

function toResponse(endpoint: Endpoint, result: unknown): Response {
  if (result instanceof Response) return result
  if (result === undefined) return new Response(null, { status: 204 })
  return Response.json(result, { status: endpoint.response.status })
}

const SHAPES: Record<ErrorShape, typeof toAnthropicError> = {
  anthropic: toAnthropicError,
}

/** Writes the error that an answer holds in the shape that the clients of its endpoint read. */
export async function shapeError(
  response: Response,
  shape: ErrorShape | undefined,
  requestId: string,
): Promise<Response> {
  const isError = response.status >= 400 && response.headers.get('content-type')?.includes('json')
  if (!shape || !isError) return response
  const { error } = errorBody.parse(await response.json())
  const { status, headers } = response
  return Response.json(SHAPES[shape]({ ...error, status }, requestId), { status, headers })
}
