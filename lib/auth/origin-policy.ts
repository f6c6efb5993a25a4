import { AppError } from '@/lib/platform/errors'

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
