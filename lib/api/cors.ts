import type { Services } from '@/lib/services'

/** What a page may send that does not ask. */
const USUAL_HEADERS = 'Authorization, Content-Type, Last-Event-ID, X-Api-Key, X-Request-Id'
const EXPOSED_HEADERS = [
  'X-Request-Id',
  'X-Generation-Id',
  'Retry-After',
  'Server-Timing',
  'X-Runnel-Ignored',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'RateLimit-Limit-Tokens',
  'RateLimit-Remaining-Tokens',
  'RateLimit-Reset-Tokens',
].join(', ')
/** Seconds that a browser may remember the answer to a preflight. */
const MAX_AGE_SECONDS = '600'

/**
 * Lets pages of the origins that RUNNEL_CORS_ORIGINS names read what /v1 answers, with a key or a ticket. Cookies
 * never count there, so `Access-Control-Allow-Credentials` is never sent.
 */
export function addCorsHeaders(request: Request, headers: Headers, services: Services): void {
  if (!isPublic(request)) return
  headers.append('Vary', 'Origin')
  const origin = namedOrigin(request, services)
  if (origin === null) return
  headers.set('Access-Control-Allow-Origin', origin)
  headers.set('Access-Control-Expose-Headers', EXPOSED_HEADERS)
}

/** Whether a browser asks for a page of a named origin what it may send, before it sends it. */
export function isPreflight(request: Request, services: Services): boolean {
  const asks = request.headers.has('access-control-request-method')
  return request.method === 'OPTIONS' && asks && namedOrigin(request, services) !== null
}

/** Answers `OPTIONS`: what is possible, and for an origin that is named, that it may. */
export function answerOptions(request: Request, allow: string, services: Services): Response {
  const headers = new Headers({ Allow: allow })
  if (namedOrigin(request, services) !== null) {
    headers.set('Access-Control-Allow-Methods', allow)
    // Whatever a page asks for: SDKs add headers of their own (OpenAI's `X-Stainless-…`), which change nothing here, and a
    // credential is needed all the same.
    const asked = request.headers.get('access-control-request-headers')
    headers.set('Access-Control-Allow-Headers', asked ?? USUAL_HEADERS)
    headers.append('Vary', 'Access-Control-Request-Headers')
    headers.set('Access-Control-Max-Age', MAX_AGE_SECONDS)
  }
  return new Response(null, { status: 204, headers })
}

/** The origin of a page that may read the answer; null when there is none, or it may not. */
function namedOrigin(request: Request, { auth }: Services): string | null {
  const origin = request.headers.get('origin')
  return origin && isPublic(request) && auth.origins.allowsReading(origin) ? origin : null
}

function isPublic(request: Request): boolean {
  return new URL(request.url).pathname.startsWith('/v1/')
}
