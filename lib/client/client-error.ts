type Details = {
  code: string
  /** The HTTP status; 0 when there was no answer. */
  status: number
  hint?: string | null
  /** The name of the field that is wrong. */
  param?: string | null
  /** Seconds after which trying again makes sense. */
  retryAfter?: number
  cause?: unknown
}

/** Why a call failed, in words that can be shown: a message that says what happened, a hint that says what to do. */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: string
  readonly status: number
  readonly hint: string | null
  readonly param: string | null
  readonly retryAfter: number | undefined

  constructor(message: string, details: Details) {
    super(message, { cause: details.cause })
    this.code = details.code
    this.status = details.status
    this.hint = details.hint ?? null
    this.param = details.param ?? null
    this.retryAfter = details.retryAfter
  }

  /** From an answer that is not 2xx, whoever sent it: Runnel, or a proxy in between. */
  static async fromResponse(response: Response): Promise<ClientError> {
    const { status } = response
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
    const retryAfter = Number.isFinite(seconds) ? seconds : undefined
    const told = errorIn(await response.json().catch(() => undefined))
    if (!told)
      return new ClientError(`The server answered ${status} without saying why.`, {
        code: 'unexpected_answer',
        status,
        retryAfter,
        hint: 'A proxy in between may have answered instead. Try again in a moment.',
      })
    const { message, ...details } = told
    const hint = withRequestId(told, response.headers.get('x-request-id'))
    return new ClientError(message, { ...details, hint, status, retryAfter })
  }

  /** From a fetch that got no answer at all. */
  static unreachable(cause: unknown): ClientError {
    return new ClientError('Runnel does not answer.', {
      code: 'unreachable',
      status: 0,
      hint: 'Check that the server runs and that this device is online.',
      cause,
    })
  }
}

type Told = { message: string; code: string; param?: string | null; hint?: string | null }

/** The error in an answer, when it is of Runnel's shape: a proxy may have answered instead. */
function errorIn(body: unknown): Told | null {
  const error = isRecord(body) ? body.error : undefined
  if (!isRecord(error)) return null
  const { message, code, param, hint } = error
  if (typeof message !== 'string' || typeof code !== 'string') return null
  return { message, code, param: textOrNull(param), hint: textOrNull(hint) }
}

/** The hint of a fault of the server's own points to the log: with the id that finds the line there. */
function withRequestId({ code, hint }: Told, requestId: string | null): string | null {
  if (code !== 'internal_error' || !requestId) return hint ?? null
  return `The log has the cause under the request id ${requestId}.`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
