import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { IncomingMessage } from 'node:http'
import { AppError } from '@/lib/platform/errors'

const CHANNEL = 'http.server.request.start'

/** No route has these paths, so the one for unknown paths gets them. */
const MALFORMED = '/v1/malformed-path'
const UNKNOWN_METHOD = '/v1/unknown-method/'

/** The methods that routes and pages know, and answer or refuse themselves. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/**
 * Sends requests that Next itself fails on, with a plain 500, to the answer for them: a path that is not well encoded,
 * as `/%E0%A4%A`, and methods that the web's `Request` does not take, as `TRACE`, or no route can have, as `PROPFIND`.
 * It must run after whatever else wants to see the request as it was sent.
 *
 * @returns how to stop it
 */
export function divertRequests(): () => void {
  const onRequest = (message: unknown) => {
    const request =
      typeof message === 'object' && message && 'request' in message ? message.request : undefined
    if (!(request instanceof IncomingMessage)) return
    const { method = 'GET', url } = request
    if (!METHODS.has(method)) {
      request.url = `${UNKNOWN_METHOD}${method}`
      request.method = 'GET'
    } else if (!isWellEncoded(url)) request.url = MALFORMED
  }
  subscribe(CHANNEL, onRequest)
  return () => unsubscribe(CHANNEL, onRequest)
}

/** The error for a request that was diverted, by the path that it got; undefined for every other. */
export function whyDiverted(pathname: string): AppError | undefined {
  if (pathname === MALFORMED) return notWellEncoded()
  if (!pathname.startsWith(UNKNOWN_METHOD)) return undefined
  const method = pathname.slice(UNKNOWN_METHOD.length)
  return new AppError(`${method} is not a method that this server knows.`, {
    code: 'method_not_implemented',
    status: 501,
    hint: `It knows ${[...METHODS].join(', ')}; OPTIONS tells which of them a path has.`,
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

function isWellEncoded(url = '/'): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '/')
    return true
  } catch {
    // That it can't be decoded is the answer.
    return false
  }
}
