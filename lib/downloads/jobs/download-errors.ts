import { AppError, notFound } from '@/lib/platform/errors'
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
