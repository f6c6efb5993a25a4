/** The `type` of an error in OpenAI's shape, from the status. */
const TYPE_OF_STATUS: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  405: 'invalid_request_error',
  409: 'conflict_error',
  413: 'invalid_request_error',
  415: 'invalid_request_error',
  422: 'invalid_request_error',
  429: 'rate_limit_error',
  501: 'invalid_request_error',
  503: 'overloaded_error',
  507: 'insufficient_storage_error',
}

export type ErrorOptions = {
  /** A stable word that programs compare, such as `model_not_found`. */
  code: string
  /** The HTTP status. */
  status: number
  /** What to do about it, in one sentence. */
  hint?: string
  /** The name of the field that is wrong. */
  param?: string
  /** Seconds after which trying again makes sense; sent as `Retry-After`. */
  retryAfter?: number
  cause?: unknown
}

/** The body of every error that Runnel answers: OpenAI's shape and a hint. */
export type ErrorBody = {
  error: {
    message: string
    type: string
    code: string
    param: string | null
    hint: string | null
  }
}

/**
 * Next evaluates this module once for each of its bundles, so one process holds several AppError
 * classes and `instanceof` fails between them. A registered symbol is the same in all.
 */
const BRAND = Symbol.for('runnel.AppError')

/** The only error that is shown to a client. Its message is a sentence for a person. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: string
  readonly status: number
  readonly hint: string | undefined
  readonly param: string | undefined
  readonly retryAfter: number | undefined
  readonly [BRAND] = true

  constructor(message: string, options: ErrorOptions) {
    super(message, { cause: options.cause })
    this.code = options.code
    this.status = options.status
    this.hint = options.hint
    this.param = options.param
    this.retryAfter = options.retryAfter
  }

  /** The JSON body, as every endpoint and every `error` event sends it. */
  toBody(): ErrorBody {
    return {
      error: {
        message: this.message,
        type:
          TYPE_OF_STATUS[this.status] ??
          (this.status < 500 ? 'invalid_request_error' : 'server_error'),
        code: this.code,
        param: this.param ?? null,
        hint: this.hint ?? null,
      },
    }
  }

  /** The whole HTTP answer, with `Retry-After` where it makes sense to try again. */
  toResponse(headers?: HeadersInit): Response {
    const all = new Headers(headers)
    if (this.retryAfter !== undefined) all.set('Retry-After', String(Math.ceil(this.retryAfter)))
    if (this.status === 401) all.set('WWW-Authenticate', 'Bearer realm="runnel"')
    return Response.json(this.toBody(), { status: this.status, headers: all })
  }
}

/** Whether a thrown value is an AppError, of whichever bundle. */
export function isAppError(error: unknown): error is AppError {
  return typeof error === 'object' && error !== null && BRAND in error
}

/** The word that Node and its libraries give a failure, such as `ENOENT`; null for any other error. */
export function errorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}

/** Whether the error says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')
}

/** Whether there is no room on the disk, for a file or for a row of the database. */
export function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'SQLITE_FULL'].includes(errorCode(error) ?? '')
}

/** The error for that. */
export function diskFull(cause: unknown): AppError {
  return new AppError('The disk is full.', {
    code: 'disk_full',
    status: 507,
    hint: 'Delete models or partial downloads that are not needed, then retry; what is there is kept.',
    cause,
  })
}

/** Turns anything that was thrown into an AppError; what is not ours becomes a 500 without detail. */
export function fromUnknown(error: unknown): AppError {
  if (isAppError(error)) return error
  if (isDiskFull(error)) return diskFull(error)
  return new AppError('The server could not finish this request because of a fault of its own.', {
    code: 'internal_error',
    status: 500,
    hint: 'The log has the cause under this request id.',
    cause: error,
  })
}

/** Why an answer that was being written is not whole. */
export function serverStopped(): AppError {
  return new AppError('The server stopped while this answer was being written.', {
    code: 'server_stopped',
    status: 503,
    hint: 'What was written is kept. Try again for a whole answer.',
  })
}

/** Shorthand for the many places that refuse a field of the input. */
export function invalid(message: string, param?: string, code = 'invalid_request'): AppError {
  return new AppError(message, { code, status: 400, param })
}

/** Shorthand for what does not exist, or not for this caller. */
export function notFound(message: string, code = 'not_found', hint?: string): AppError {
  return new AppError(message, { code, status: 404, hint })
}

/** The beginning of what somebody sent, to be repeated in an error: it may be megabytes. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`
}
