import { type AppError, errorCode, isAppError } from '@/lib/platform/errors'

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
  /** Nothing tells two versions of the file apart: only one whole reply is surely of one of them. */
  | { kind: 'no_validator' }
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
export function badReply(message: string, cause?: unknown): TransferFault {
  return new TransferFault(message, { kind: 'bad_reply' }, cause)
}

/** Shorthand for a file that is another one than it was. */
export function changed(message: string): TransferFault {
  return new TransferFault(message, { kind: 'changed' })
}

/** Shorthand for what only a person can solve. */
export function fatal(error: AppError): TransferFault {
  return new TransferFault(error.message, { kind: 'fatal', error })
}

/** Whether a thrown value says that the file is another one than it was. */
export function isChanged(error: unknown): error is TransferFault {
  return error instanceof TransferFault && error.fault.kind === 'changed'
}

/** Whether a thrown value says nothing against the address that was asked. */
export function isTransient(error: unknown): boolean {
  return toFault(error).fault.kind === 'transient'
}

/** Gives every thrown value its place among the faults. */
export function toFault(error: unknown): TransferFault {
  if (error instanceof TransferFault) return error
  if (isAppError(error)) return fatal(error)
  const code = errorCode(error)
  const message = error instanceof Error ? error.message : String(error)
  if (code && /CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_VERIFY|PRX_TLS/.test(code))
    return badReply(sentence(`The server's certificate is not valid: ${message}`), error)
  const parser = error instanceof Error && error.name === 'HTTPParserError'
  if (parser || (code && /^UND_ERR_(HEADERS_OVERFLOW|RES_CONTENT)/.test(code)))
    return badReply(sentence(`The server does not answer in HTTP: ${message}`), error)
  // What undici says of a 100 and a 101 that nobody asked for.
  if (/^bad (response|upgrade)$/.test(message))
    return badReply('The server answers as if another protocol had been asked for.', error)
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
    case 'UND_ERR_SOCKET':
      return 'The server closed the connection.'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'The name of the server can not be resolved.'
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
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
