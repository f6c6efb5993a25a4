import { randomBytes } from 'node:crypto'
import { type NextRequest, NextResponse } from 'next/server'
import { pagePolicy, unknownHost } from '@/lib/auth/policies'

/** Guards the pages: a known host, and a content security policy with a nonce of its own for each answer. */
export function proxy(request: NextRequest): Response {
  // This file is a bundle of its own: what it needs of the services it takes from where they are kept.
  const hosts = globalThis.runnel?.auth.hosts
  const refusal = hosts ? hosts.refusalOf(request.headers) : unknownHost()
  if (refusal) return refusal.toResponse()
  const nonce = randomBytes(16).toString('base64')
  const policy = pagePolicy(nonce, process.env.NODE_ENV === 'development')
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  headers.set('Content-Security-Policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('Content-Security-Policy', policy)
  return response
}

export const config = {
  // Next cuts what passes here off at 10 MB, and the API guards itself in its route wrapper.
  matcher: [
    '/((?!v1/|api/|_next/static/|healthz$|readyz$|metrics$|openapi\\.json$|icon\\.svg$|favicon\\.ico$).*)',
  ],
}
