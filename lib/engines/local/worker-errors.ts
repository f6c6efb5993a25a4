import { AppError, fromUnknown } from '@/lib/platform/errors'
import type { WireError } from './protocol'

/** An error of the worker, on this side of the process boundary. */
export function toAppError({ message, ...options }: WireError): AppError {
  return new AppError(message, options)
}

/** An error about the context says what to do for a longer one. */
export function withAdvice(error: AppError, advice: string | undefined): AppError {
  if (error.code !== 'context_length_exceeded' || !advice) return error
  const { message, code, status, param, hint } = error
  return new AppError(message, { code, status, param, hint: hint ? `${hint} ${advice}` : advice })
}

/** The error for whoever waits for a worker that has ended. @param what the signal or exit code, or why it was ended */
export function crashed(what: string, whileLoading: boolean): AppError {
  if (whileLoading)
    return new AppError(`The engine ended while it loaded the model (${what}).`, {
      code: 'model_load_failed',
      status: 500,
      hint: 'Memory may have run out, or the file may be damaged: unload other models, verify the file, or choose another.',
    })
  return new AppError(`The engine of this model has ended (${what}).`, {
    code: 'worker_crashed',
    status: 500,
    hint: 'Ask again: the next request starts a new one.',
  })
}

/** The error for an answer that took longer than its request allows. */
export function deadlineExceeded(ms: number): AppError {
  return new AppError(`The answer was not finished within ${ms / 1000} seconds.`, {
    code: 'deadline_exceeded',
    status: 504,
    hint: 'Ask for fewer tokens or allow more time.',
  })
}

/** The error for whoever was served by a model that somebody has unloaded. */
export function unloaded(): AppError {
  return new AppError('The model was unloaded while it was answering.', {
    code: 'model_unloaded',
    status: 503,
    hint: 'Ask again: the next request loads it.',
    retryAfter: 1,
  })
}

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
