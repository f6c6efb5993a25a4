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
