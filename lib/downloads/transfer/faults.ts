import { type AppError, isAppError } from '@/lib/platform/errors'
import { errorCode } from './files'

/** What went wrong with a request, by what has to be done about it. */
export type Fault =
  /** Passes by itself: try again. `pushback`: the server wants less at once. */
  | { kind: 'transient'; retryAfterMs: number | null; pushback: boolean }
  /** The server answered something else than was asked. */
  | { kind: 'bad_reply' }
  /** A signed address is no longer valid: ask the hub for another. */
  | { kind: 'expired' }
  /** The server does not do ranges: fetch the file as a whole. */
  | { kind: 'no_ranges' }
  /** The file is another one than when the download began: start it again. */
  | { kind: 'changed' }
  /** Nothing helps but a person. */
  | { kind: 'fatal'; error: AppError }

/** A fault on its way to whoever decides. */
export class TransferFault extends Error {
  override readonly name = 'TransferFault'
  readonly fault: Fault

  constructor(message: string, fault: Fault, cause?: unknown) {
    super(message, { cause })
    this.fault = fault
  }
}

/** Shorthand for what passes by itself. */
export function transient(message: string, cause?: unknown): TransferFault {
  return new TransferFault(
    message,
    { kind: 'transient', retryAfterMs: null, pushback: false },
    cause,
  )
}

/** Shorthand for a reply that is not what was asked for. */
export function badReply(message: string): TransferFault {
  return new TransferFault(message, { kind: 'bad_reply' })
}

/** Shorthand for a file that is another one than it was. */
export function changed(message: string): TransferFault {
  return new TransferFault(message, { kind: 'changed' })
}

/** Shorthand for what only a person can solve. */
export function fatal(error: AppError): TransferFault {
  return new TransferFault(error.message, { kind: 'fatal', error })
}

/** Gives every thrown value its place among the faults. */
export function toFault(error: unknown): TransferFault {
  if (error instanceof TransferFault) return error
  if (isAppError(error)) return fatal(error)
  const code = errorCode(error)
  const message = error instanceof Error ? error.message : String(error)
  if (code && /CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_VERIFY/.test(code))
    return new TransferFault(
      sentence(`The server's certificate is not valid: ${message}`),
      {
        kind: 'bad_reply',
      },
      error,
    )
  return transient(connectionProblem(code) ?? sentence(message), error)
}

/** What went wrong with a connection, for people. */
function connectionProblem(code: string | null): string | null {
  switch (code) {
    case null:
      return null
    case 'ECONNREFUSED':
      return 'The server takes no connections.'
    case 'ECONNRESET':
    case 'EPIPE':
      return 'The server closed the connection.'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'The name of the server can not be resolved.'
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'The server can not be reached.'
    default:
      return `The connection failed (${code}).`
  }
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`
}
