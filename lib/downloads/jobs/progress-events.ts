import type { SseEvent } from '@/lib/sse'
import type { Job } from '../types'
import { filesOf, identify } from './job-view'
import type { Speed } from './speed-meter'

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
