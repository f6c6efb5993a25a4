import { AppError, isAppError } from '@/lib/errors'
import { errorCode } from './files'

/** What a refusal of the file system means to a person. */
export function diskError(error: unknown): AppError {
  if (isAppError(error)) return error
  const code = errorCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError('The disk is full.', {
      code: 'disk_full',
      status: 507,
      hint: 'Delete models or partial downloads that are not needed, then retry; what is there is kept.',
      cause: error,
    })
  const detail = error instanceof Error ? error.message : String(error)
  return new AppError(`The download can not be written: ${detail}.`, {
    code: 'cannot_write',
    status: 500,
    hint: 'Check that the data directory exists and that the server may write to it, then retry.',
    cause: error,
  })
}
