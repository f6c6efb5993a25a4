import type { SseEvent } from '@/lib/sse'
import type { DownloadView } from '../schemas'
import type { Job } from './job'

/** How fast a job goes, as people can read it. */
export type Speed = {
  /** Bytes a second, smoothed; 0 while nothing comes. */
  bytesPerSecond: number
  /** Seconds until it is done at this speed; null when that can't be told. */
  etaSeconds: number | null
  /** Nothing has come for a while. */
  stalled: boolean
}

const SAMPLE_MS = 250
/** After this long a change of speed shows by two thirds. */
const SMOOTHING_MS = 3000
const STALLED_MS = 3000

/** Measures the speed of one job from how its bytes grow. Bytes that were there before do not count. */
export class SpeedMeter {
  readonly #now: () => number
  #bytes: number
  #sampledAt: number
  #grewAt: number
  #rate: number | null = null

  /** @param now milliseconds of a clock that never goes back. */
  constructor(bytes: number, now: () => number) {
    this.#now = now
    this.#bytes = bytes
    this.#sampledAt = now()
    this.#grewAt = now()
  }

  /** The speed now that there are `bytes` of `total`. */
  measure(bytes: number, total: number | null): Speed {
    const now = this.#now()
    const elapsed = now - this.#sampledAt
    if (bytes !== this.#bytes) this.#grewAt = now
    if (elapsed >= SAMPLE_MS) this.#sample(bytes, elapsed, now)
    const stalled = now - this.#grewAt >= STALLED_MS
    const bytesPerSecond = stalled ? 0 : Math.round(this.#rate ?? 0)
    const left = total === null ? null : total - bytes
    const etaSeconds = left === null || bytesPerSecond === 0 ? null : left / bytesPerSecond
    return {
      bytesPerSecond,
      etaSeconds: etaSeconds === null ? null : Math.ceil(etaSeconds),
      stalled,
    }
  }

  #sample(bytes: number, elapsed: number, now: number): void {
    const rate = (Math.max(0, bytes - this.#bytes) / elapsed) * 1000
    const weight = 1 - Math.exp(-elapsed / SMOOTHING_MS)
    this.#rate = this.#rate === null ? rate : this.#rate + weight * (rate - this.#rate)
    this.#bytes = bytes
    this.#sampledAt = now
  }
}

/** What every event and every answer says of a job. */
function identify(job: Job) {
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

/** `queued`. @param place its place in the queue, from 1. */
export function queuedEvent(job: Job, place: number | null): SseEvent {
  return make('queued', { ...identify(job), position: place })
}

/** `started`: its files are known, and their bytes begin to come; `note` says when that is not for the first time. */
export function startedEvent(job: Job): SseEvent {
  const model_id = job.resolved?.modelId ?? null
  return make('started', { ...identify(job), model_id, files: filesOf(job), note: job.note })
}

/** `progress`. */
export function progressEvent(job: Job, speed: Speed): SseEvent {
  return make('progress', {
    ...identify(job),
    bytes_per_second: speed.bytesPerSecond,
    eta_seconds: speed.etaSeconds,
    stalled: speed.stalled,
    note: job.note,
  })
}

/** The event that says which state a job is in now; null for those that `started` and `progress` describe. */
export function stateEvent(job: Job): SseEvent | null {
  switch (job.status) {
    case 'queued':
    case 'resolving':
    case 'downloading':
      return null
    case 'verifying':
    case 'paused':
    case 'cancelled':
      return make(job.status, identify(job))
    case 'complete': {
      const sha256 = job.resolved?.files[0]?.sha256 ?? null
      const model_id = job.resolved?.modelId ?? null
      return make('complete', { ...identify(job), model_id, sha256 })
    }
    case 'failed':
      return make('error', { ...identify(job), ...job.problem })
  }
}

function make(event: string, data: object): SseEvent {
  return { event, data: JSON.stringify(data) }
}
