import type { Services } from '@/lib/services'

const ALLOWED_HEADERS = 'Authorization, Content-Type, Last-Event-ID, X-Api-Key, X-Request-Id'
const EXPOSED_HEADERS = [
  'X-Request-Id',
  'X-Generation-Id',
  'Retry-After',
  'Server-Timing',
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
export function addCorsHeaders(request: Request, headers: Headers, { auth }: Services): void {
  if (!new URL(request.url).pathname.startsWith('/v1/')) return
  headers.append('Vary', 'Origin')
  const origin = request.headers.get('origin')
  if (!origin || !auth.origins.allowsReading(origin)) return
  headers.set('Access-Control-Allow-Origin', origin)
  headers.set('Access-Control-Expose-Headers', EXPOSED_HEADERS)
}

/** Answers `OPTIONS`: what is possible, and for an origin that is named, that it may. */
export function answerOptions(request: Request, allow: string, services: Services): Response {
  const headers = new Headers({ Allow: allow })
  addCorsHeaders(request, headers, services)
  if (headers.has('Access-Control-Allow-Origin')) {
    headers.set('Access-Control-Allow-Methods', allow)
    headers.set('Access-Control-Allow-Headers', ALLOWED_HEADERS)
    headers.set('Access-Control-Max-Age', MAX_AGE_SECONDS)
  }
  return new Response(null, { status: 204, headers })
}
