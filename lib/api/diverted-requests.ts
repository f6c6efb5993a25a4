import type { IncomingMessage } from 'node:http'
import { AppError } from '@/lib/platform/errors'
import { onServerRequest } from '@/lib/platform/http/server-requests'
import { ENDPOINTS } from './endpoints'

/** No route has these paths, so the one for unknown paths gets them. */
const MALFORMED = '/v1/malformed-path'
const UNKNOWN_METHOD = '/v1/unknown-method/'
const UNKNOWN_ROOT = '/v1/unknown-root/'

/** The methods that routes and pages know, and answer or refuse themselves. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Other versions of an API, which nobody asks for but a program. */
const OTHER_VERSION = /^\/v(?!1(?:\/|$))\d+(?:\/|$)/
/** What has routes, which answer every method themselves. */
const ROUTED = /^\/(?:v1|api|_next|__nextjs[\w-]*)(?:\/|$)/
/** The paths below `/v1`, without that: what a client asks for whose base URL lacks it. */
const WITHOUT_V1 = ENDPOINTS.flatMap(({ path }) =>
  path.startsWith('/v1/')
    ? new RegExp(`^${path.slice('/v1'.length).replaceAll(/\{\w+\}/g, '.+')}$`)
    : [],
)

/**
 * Sends requests that Next itself would answer with a page, or fails on with a plain 500, to the answer for them: a path
 * that is not well encoded, as `/%E0%A4%A`, methods that the web's `Request` does not take, as `TRACE`, or no route can
 * have, as `PROPFIND`, and what only a program asks for, as `/v2/models` or `POST /chat/completions`.
 * It must run after whatever else wants to see the request as it was sent.
 *
 * @returns unsubscribe
 */
export function divertRequests(): () => void {
  return onServerRequest(({ request }) => {
    const { method = 'GET', url = '/' } = request
    if (!METHODS.has(method)) {
      request.url = `${UNKNOWN_METHOD}${method}`
      request.method = 'GET'
    } else if (!isWellEncoded(url)) request.url = MALFORMED
    else if (isForPrograms(request)) request.url = `${UNKNOWN_ROOT}${encodeURIComponent(url)}`
  })
}

/** The error for a request that was diverted, by the path that it got; undefined for every other. */
export function whyDiverted(pathname: string): AppError | undefined {
  if (pathname === MALFORMED) return notWellEncoded()
  if (pathname.startsWith(UNKNOWN_ROOT))
    return unknownRoot(decodeURIComponent(pathname.slice(UNKNOWN_ROOT.length)))
  if (!pathname.startsWith(UNKNOWN_METHOD)) return undefined
  const method = pathname.slice(UNKNOWN_METHOD.length)
  return new AppError(`${method} is not a method that this server knows.`, {
    code: 'method_not_implemented',
    status: 501,
    hint: `It knows ${[...METHODS].join(', ')}; OPTIONS tells which of them a path has.`,
  })
}

/** Whether it asks for what is no page and no route: a page has only `GET`, and nobody sends it a key. */
function isForPrograms({ method, url = '/', headers }: IncomingMessage): boolean {
  const path = pathOf(url)
  if (OTHER_VERSION.test(path)) return true
  if (ROUTED.test(path)) return false
  const hasKey = headers.authorization !== undefined || headers['x-api-key'] !== undefined
  const isForPage = method === 'GET' || method === 'HEAD'
  return isForPage ? hasKey && isWithoutV1(path) : !isRouteOfItsOwn(path)
}

function isWithoutV1(path: string): boolean {
  return WITHOUT_V1.some((pattern) => pattern.test(path))
}

/** `/healthz` and the like, which say themselves what they take. */
function isRouteOfItsOwn(path: string): boolean {
  return ENDPOINTS.some((endpoint) => endpoint.path === path)
}

function unknownRoot(url: string): AppError {
  const path = pathOf(url)
  return new AppError(`There is no ${path} here.`, {
    code: 'unknown_path',
    status: 404,
    hint: isWithoutV1(path)
      ? `The API is below /v1, at /v1${path}: end the base URL of your client with /v1.`
      : 'The API is below /v1; GET /openapi.json lists every path.',
  })
}

/** The error for a path that can't be decoded. */
function notWellEncoded(): AppError {
  return new AppError('The path is not well encoded.', {
    code: 'invalid_path',
    status: 400,
    hint: 'Write it in UTF-8 and encode it with percent signs.',
  })
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '/'
}

function isWellEncoded(url: string): boolean {
  try {
    decodeURIComponent(pathOf(url))
    return true
  } catch {
    // That it can't be decoded is the answer.
    return false
  }
}
