import { AppError, isAppError, notFound } from '@/lib/platform/errors'
import type { Job } from '../types'

/** There is no job of this id. */
export function downloadNotFound(id: string): AppError {
  return notFound(
    `There is no download ${id}.`,
    'download_not_found',
    'GET /v1/models/download lists them.',
  )
}

/** The job is not in a state in which this makes sense. @param rule which jobs it is possible for. */
export function wrongState(job: Job, rule: string): AppError {
  return new AppError(`This download is ${job.status}. ${rule}`, {
    code: 'wrong_download_state',
    status: 409,
    hint: 'GET /v1/models/download/{id} tells its state.',
  })
}

/** What is on the disk of a download can't be read now; it may be whole. */
export function cannotRead(cause: unknown): AppError {
  if (isAppError(cause)) return cause
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new AppError(`What is there of the download can not be read: ${detail}.`, {
    code: 'cannot_read',
    status: 500,
    hint: 'It is kept. See that the server may read the data directory, then retry; or cancel the download, which deletes it.',
    cause,
  })
}
