import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { z } from 'zod'
import { onServerRequest } from '@/lib/platform/http/server-requests'
import type { CurrentRequest, RequestEnd, RequestObserver, RequestRecord } from './request-record'

/** Where a record's key travels inside the server. What a client sends under this name is overwritten. */
const KEY_HEADER = 'x-runnel-request'

/**
 * Follows every HTTP request from its first byte to the end of its answer, whoever answers it: a route, a page, or Next
 * itself. Each gets its id, the client's own when it is a sound one, which the answer carries as `X-Request-Id`.
 */
export class Requests {
  readonly #open = new Map<string, RequestRecord>()
  readonly #current: CurrentRequest
  readonly #observer: RequestObserver
  #count = 0
  #onEmpty: () => void = () => {}

  constructor(current: CurrentRequest, observer: RequestObserver) {
    this.#current = current
    this.#observer = observer
  }

  /** Begins to follow the requests to every HTTP server of this process; returns unsubscribe. */
  watch(): () => void {
    return onServerRequest(({ request, response }) => this.#begin(request, response))
  }

  /**
   * Lets a route answer a request: what that starts finds it as the current one.
   * @param route the pattern of its path, as `/v1/models/{id}`
   */
  async answer(
    request: Request,
    route: string,
    work: (record: RequestRecord) => Promise<Response>,
  ): Promise<Response> {
    // One that came before `watch` is answered like any other, and nobody sees it.
    const record =
      this.#open.get(request.headers.get(KEY_HEADER) ?? '') ??
      newRecord(request.method, request.url, {})
    record.route = route
    const response = await this.#current.run(record, () => work(record))
    record.answeredAt = performance.now()
    return response
  }

  /** Waits until every request has its whole answer, at most `graceMs`: one that is cut looks like a crash to its client. */
  async settled(graceMs: number): Promise<void> {
    if (this.#open.size === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, graceMs)
      this.#onEmpty = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #begin(request: IncomingMessage, response: ServerResponse): void {
    const key = String(++this.#count)
    const record = newRecord(request.method, request.url, request.headers)
    request.headers[KEY_HEADER] = key
    response.setHeader('X-Request-Id', record.id)
    this.#open.set(key, record)
    this.#observer.began?.(record)
    response.once('close', () => {
      this.#open.delete(key)
      const end = endOf(record, response)
      this.#observer.ended(record, end)
      if (this.#open.size === 0) this.#onEmpty()
    })
  }
}

function newRecord(method = 'GET', url = '/', headers: IncomingMessage['headers']): RequestRecord {
  return {
    id: soundId(headers['x-request-id']) ?? randomUUID(),
    method,
    path: url.split('?', 1)[0] ?? '/',
    traceparent: [headers.traceparent].flat()[0],
    startedAt: performance.now(),
    route: undefined,
    caller: undefined,
    answeredAt: undefined,
  }
}

/** Status 499 is what nginx calls a request whose client left before there was an answer. */
function endOf({ startedAt, answeredAt }: RequestRecord, response: ServerResponse): RequestEnd {
  const now = performance.now()
  return {
    status: response.headersSent ? response.statusCode : 499,
    ms: now - startedAt,
    answerMs: (answeredAt ?? now) - startedAt,
    whole: response.writableFinished,
  }
}

function soundId(given: string | string[] | undefined): string | undefined {
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : undefined
}

const manifest = z.object({
  staticRoutes: z.array(z.object({ page: z.string(), regex: z.string() })),
  dynamicRoutes: z.array(z.object({ page: z.string(), regex: z.string() })),
})

/** What no route answers: one name for all of it, since anybody can ask for anything. */
const UNKNOWN = 'unknown'
const OWN_FILES = '/_next'

/** Gives a path the name of the route that answers it, so that there are no more names than routes. */
export class RouteNames {
  readonly #routes: readonly { name: string; pattern: RegExp }[]

  /** @param routes in the order in which they are tried */
  constructor(routes: readonly { page: string; regex: string }[]) {
    this.#routes = routes.map(({ page, regex }) => ({
      name: page.replaceAll(/\[\[?(?:\.\.\.)?(\w+)\]\]?/g, '{$1}'),
      pattern: new RegExp(regex),
    }))
  }

  /** `/chat/{id}` for `/chat/17`. */
  nameOf(path: string): string {
    if (path.startsWith(`${OWN_FILES}/`)) return OWN_FILES
    return this.#routes.find(({ pattern }) => pattern.test(path))?.name ?? UNKNOWN
  }
}

/** The routes of the build that is served. While developing there is none, and every page is unknown. */
export function readRouteNames(rootDir: string): RouteNames {
  const path = join(rootDir, '.next', 'routes-manifest.json')
  if (!existsSync(path)) return new RouteNames([])
  const { staticRoutes, dynamicRoutes } = manifest.parse(JSON.parse(readFileSync(path, 'utf8')))
  return new RouteNames([...staticRoutes, ...dynamicRoutes])
}
