import NextAuth from 'next-auth'
import { AppError, fromUnknown } from '@/lib/platform/errors'
import type { Logger } from '@/lib/platform/logger'
import type { AuditTrail } from './audit'
import { addressOf } from './client-address'
import { authOptions, type SignInServices } from './next-auth'
import type { HostPolicy, OriginPolicy } from './policies'
import { readCookie, SESSION_COOKIE, sessionIdOf } from './sessions'

type Dependencies = Omit<SignInServices, 'record' | 'warn'> & {
  hosts: HostPolicy
  origins: OriginPolicy
  /** Where the dashboard is reached, when that is set. */
  publicUrl: string | undefined
  audit: AuditTrail
  log: Pick<Logger, 'error' | 'warn'>
}

const UNRECORDED = 'the audit trail could not be written'

const MAX_FORM_BYTES = 16 * 1024

/** What Next hands to next-auth's route. */
type RouteContext = { params: Promise<{ nextauth: string[] }> }

/** next-auth's endpoints, with our limits around them. */
export class SignIn {
  readonly #by: Dependencies

  constructor(by: Dependencies) {
    this.#by = by
  }

  /** Answers a request to `/api/auth/…`. */
  async handle(request: Request, context: RouteContext): Promise<Response> {
    const { hosts, origins } = this.#by
    try {
      hosts.check(request)
      origins.check(request, false)
      checkLength(request)
    } catch (error) {
      return fromUnknown(error).toResponse()
    }
    const refusals: AppError[] = []
    const response: Response = await NextAuth(await this.#optionsFor(request, refusals))(
      request,
      context,
    )
    const refusal = refusals[0]
    return refusal ? refusedResponse(refusal, request) : response
  }

  async #optionsFor(request: Request, refusals: AppError[]) {
    const { audit, log, publicUrl } = this.#by
    const address = addressOf(request.headers)
    const services: SignInServices = {
      ...this.#by,
      record: async (action, actor, tx) => {
        const event = { action, actor: { ...actor, address } }
        if (tx) return audit.record(event, tx)
        // Nothing else is written with it, and who was refused is refused on a full disk too.
        await audit.record(event).catch((err) => log.error({ err, audit: event }, UNRECORDED))
      },
      warn: (code, metadata) => log.warn({ code, reason: reasonOf(metadata) }, 'sign-in'),
    }
    return authOptions(services, {
      address,
      userAgent: request.headers.get('user-agent'),
      session: await this.#sessionOf(request),
      overTls:
        publicUrl?.startsWith('https:') ?? request.headers.get('x-forwarded-proto') === 'https',
      onRefused: (error) => refusals.push(error),
    })
  }

  /** Who is signed in already: their attempts are not a stranger's. */
  async #sessionOf({ headers }: Request) {
    const cookie = readCookie(headers.get('cookie'), SESSION_COOKIE)
    const id = await sessionIdOf(cookie, this.#by.secret)
    const user = id ? await this.#by.sessions.userOf(id) : null
    return id && user ? { id, email: user.email } : null
  }
}

/** next-auth reads whatever is sent into memory: its forms are small. @throws AppError 413, 411. */
function checkLength({ method, headers }: Request): void {
  if (method !== 'POST') return
  const length = headers.get('content-length')
  if (length !== null && Number(length) <= MAX_FORM_BYTES) return
  throw new AppError(`A form has at most ${MAX_FORM_BYTES} bytes, and says how many.`, {
    code: 'body_too_large',
    status: length === null ? 411 : 413,
  })
}

/** next-auth's own client reads the error from the address in `url`, every other from the body. */
function refusedResponse(error: AppError, request: Request): Response {
  const { status, headers } = error.toResponse()
  const url = new URL(`/sign-in?error=${error.code}`, request.url)
  return Response.json({ ...error.toBody(), url: url.href }, { status, headers })
}

function reasonOf(metadata: unknown): string | undefined {
  if (metadata instanceof Error) return metadata.message
  if (typeof metadata === 'object' && metadata && 'error' in metadata)
    return reasonOf(metadata.error)
  return undefined
}
