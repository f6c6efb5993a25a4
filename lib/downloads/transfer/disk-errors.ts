import { AppError, diskFull, isAppError, isDiskFull } from '@/lib/platform/errors'

/** What a refusal of the file system means to a person. */
export function diskError(error: unknown): AppError {
  if (isAppError(error)) return error
  if (isDiskFull(error)) return diskFull(error)
  const detail = error instanceof Error ? error.message : String(error)
  return new AppError(`The download can not be written: ${detail}.`, {
    code: 'cannot_write',
    status: 500,
    hint: 'Check that the data directory exists and that the server may write to it, then retry.',
    cause: error,
  })
}
