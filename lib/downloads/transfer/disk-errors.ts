import { AppError, isAppError } from '@/lib/errors'
import { errorCode } from './files'

/** Whether there is no room, for a file or for a row of the database beside it. */
export function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'SQLITE_FULL'].includes(errorCode(error) ?? '')
}

/** What a refusal of the file system means to a person. */
export function diskError(error: unknown): AppError {
  if (isAppError(error)) return error
  if (isFull(error))
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
