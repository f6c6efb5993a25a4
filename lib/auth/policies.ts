import { isIP } from 'node:net'
import { AppError } from '@/lib/platform/errors'

/**
 * Under which names the server may be addressed. A page elsewhere can let a name of its own point to this machine
 * (DNS rebinding) and would then be of the same origin as the server: so a name has to be known. Addresses pass,
 * since rebinding needs a name.
 */
export class HostPolicy {
  readonly #names: ReadonlySet<string>
  readonly #suffixes: readonly string[]

  /** @param allowed Names; one that begins with a dot means all names below it. */
  constructor(allowed: readonly string[]) {
    const lower = allowed.map((name) => name.toLowerCase())
    this.#names = new Set(['localhost', ...lower])
    this.#suffixes = ['.localhost', ...lower.filter((name) => name.startsWith('.'))]
  }

  /** @param host The `Host` header, with or without a port. */
  allows(host: string | null): boolean {
    const name = nameOf(host)
    if (!name) return false
    if (isIP(name) !== 0 || this.#names.has(name)) return true
    return this.#suffixes.some((suffix) => name.endsWith(suffix))
  }

  /**
   * The answer to a request that is made out to a name which is not ours; null for any other. What a proxy says of the
   * name that it was asked by counts as well: next-auth builds addresses from it, and anybody can write it.
   */
  refusalOf(headers: Headers): AppError | null {
    if (!this.allows(headers.get('host'))) return unknownHost('Host')
    const forwarded = headers.get('x-forwarded-host')?.split(',') ?? []
    return forwarded.every((host) => this.allows(host.trim()))
      ? null
      : unknownHost('X-Forwarded-Host')
  }

  /** @throws AppError 403 `unknown_host`. */
  check(request: Request): void {
    const refusal = this.refusalOf(request.headers)
    if (refusal) throw refusal
  }
}

/** The answer to a request for a name that the server does not go by. */
export function unknownHost(header: 'Host' | 'X-Forwarded-Host' = 'Host'): AppError {
  return new AppError(`This server does not go by the name in the \`${header}\` header.`, {
    code: 'unknown_host',
    status: 403,
    hint: 'Set NEXTAUTH_URL to the address that people use, or allow the name with RUNNEL_ALLOWED_HOSTS. A proxy in front must pass `Host` on.',
  })
}

/** The name in a `Host` header, lower case, without port, brackets and final dot; null when it is malformed. */
function nameOf(host: string | null): string | null {
  const match = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(host ?? '')
  const name = match?.[1] ?? match?.[2]
  return name ? name.toLowerCase().replace(/\.$/, '') : null
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Tells requests of the dashboard's own pages from those that another site makes a browser send: by `Origin`, and
 * by `Sec-Fetch-Site`, which also tells apart two ports of one machine where `SameSite` cookies do not.
 */
export class OriginPolicy {
  readonly #publicUrl: URL | undefined
  readonly #corsOrigins: readonly string[]

  /**
   * @param publicUrl Where the dashboard is reached, when a proxy in front gives it another name.
   * @param corsOrigins Origins whose pages may call /v1 with a key or a ticket.
   */
  constructor(publicUrl: string | undefined, corsOrigins: readonly string[]) {
    this.#publicUrl = publicUrl === undefined ? undefined : new URL(publicUrl)
    this.#corsOrigins = corsOrigins
  }

  /** Whether pages of an origin elsewhere may read what /v1 answers. */
  allowsReading(origin: string): boolean {
    return this.#corsOrigins.includes(origin)
  }

  /**
   * Refuses what another site made a browser send. Programs send neither header: they pass unless they bring a
   * cookie and want to change something.
   * @throws AppError 403 `wrong_origin`.
   */
  check(request: Request, withCookie: boolean): void {
    const origin = request.headers.get('origin')
    const site = request.headers.get('sec-fetch-site')
    const changes = !SAFE_METHODS.has(request.method)
    if (!changes && !withCookie) return
    if (origin !== null) {
      if (this.#isOwn(request, origin) || (!withCookie && this.allowsReading(origin))) return
      throw this.#wrongOrigin(request, origin)
    }
    if (site === 'same-origin' || (site === 'none' && !changes)) return
    if (site === null && !(changes && withCookie)) return
    throw this.#wrongOrigin(request, origin)
  }

  #isOwn(request: Request, origin: string): boolean {
    if (!URL.canParse(origin)) return false
    const from = new URL(origin)
    const known = this.#publicUrl
    // Where the public address has TLS, a page of the same name without it may be anybody's on the way.
    if (from.host === known?.host) return from.origin === known.origin
    return from.host === request.headers.get('host')
  }

  /** Says what can be wrong: the dashboard's own page is refused too where a proxy changes the name on the way. */
  #wrongOrigin(request: Request, origin: string | null): AppError {
    return new AppError('This request did not come from the dashboard.', {
      code: 'wrong_origin',
      status: 403,
      hint: origin !== null && URL.canParse(origin) ? this.#hintFor(request, origin) : PROGRAMS,
    })
  }

  #hintFor(request: Request, origin: string): string {
    if (this.#publicUrl)
      return `The dashboard is at ${this.#publicUrl.origin}, and this came from ${origin}: open it there, or set NEXTAUTH_URL to the address that people use.`
    const host = request.headers.get('host')
    return `It came from ${origin} and arrived for \`Host: ${host}\`. If that page is the dashboard, the proxy in front does not pass \`Host\` on: let it, or set NEXTAUTH_URL=${origin}. ${PROGRAMS}`
  }
}

const PROGRAMS =
  'Programs use an API key in the Authorization header instead of the session cookie.'

/**
 * The content security policy of a page (https://www.w3.org/TR/CSP3/). Only scripts with the nonce run, and those
 * that they load; nothing is fetched from elsewhere, sent elsewhere, or framed. Styles may be inline: components
 * place what they float by style attributes, and without a way to fetch from elsewhere a style can't tell anything.
 *
 * @param development Whether React may evaluate code, which its error messages in development need.
 */
export function pagePolicy(nonce: string, development: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
