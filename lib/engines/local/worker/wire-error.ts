import { AppError, fromUnknown } from '@/lib/platform/errors'
import type { WireError } from '../protocol'

/** An error as it can be sent; what is not ours keeps its message, because the process it happened in is ours alone. */
export function toWireError(error: unknown): WireError {
  const known = fromUnknown(error)
  const { code, status, hint, param } = known
  const message =
    known.cause instanceof Error && code === 'internal_error'
      ? `The engine failed: ${known.cause.message}`
      : known.message
  return { message, code, status, hint, param }
}

/** The error for what the server must not ask. */
export function misuse(message: string): AppError {
  return new AppError(message, { code: 'internal_error', status: 500 })
}
