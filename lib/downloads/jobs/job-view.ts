import type { DownloadView } from '../schemas'
import type { Job } from '../types'
import type { Speed } from './speed-meter'

/** What every event and every answer says of a job. */
export function identify(job: Job) {
  const { id: download_id, modelRef: model_ref, status, bytes, total } = job
  return { download_id, model_ref, status, bytes, total }
}

/** A job as the API shows it. @param place its place in the queue, from 1; null when it is not queued. */
export function viewOf(job: Job, speed: Speed | null, place: number | null): DownloadView {
  return {
    ...identify(job),
    bytes_per_second: speed?.bytesPerSecond ?? null,
    eta_seconds: speed?.etaSeconds ?? null,
    stalled: speed?.stalled ?? false,
    position: place,
    model_id: job.resolved?.modelId ?? null,
    files: filesOf(job),
    note: job.note,
    error: job.problem,
    created_at: new Date(job.createdAt).toISOString(),
    updated_at: new Date(job.updatedAt).toISOString(),
    finished_at: job.finishedAt === null ? null : new Date(job.finishedAt).toISOString(),
  }
}

/** The files of a job, once they are known. */
export function filesOf(job: Job): DownloadView['files'] {
  return (job.resolved?.files ?? []).map(({ path, size, sha256, role }) => ({
    path,
    size,
    sha256,
    role,
  }))
}
