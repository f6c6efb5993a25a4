import { z } from 'zod'
import type { StreamEvent } from '../live/sse-connection'

/** What the events of the progress feed carry; each kind has its own part of it. */
const eventData = z.object({
  download_id: z.string(),
  model_ref: z.string(),
  bytes: z.number().optional(),
  total: z.number().nullish(),
  bytes_per_second: z.number().nullish(),
  eta_seconds: z.number().nullish(),
  stalled: z.boolean().optional(),
  position: z.number().nullish(),
  code: z.string().optional(),
  message: z.string().optional(),
  hint: z.string().nullish(),
})
type EventData = z.infer<typeof eventData>

const STATUS_OF_EVENT = {
  queued: 'queued',
  started: 'downloading',
  progress: 'downloading',
  verifying: 'verifying',
  paused: 'paused',
  complete: 'complete',
  error: 'failed',
  cancelled: 'cancelled',
} as const

export type DownloadStatus = (typeof STATUS_OF_EVENT)[keyof typeof STATUS_OF_EVENT] | 'resolving'

/** A download as this browser has seen it go. */
export type LiveDownload = {
  id: string
  ref: string
  status: DownloadStatus
  bytes: number
  total: number | null
  /** Null while nothing flows. */
  bytesPerSecond: number | null
  etaSeconds: number | null
  stalled: boolean
  /** The place in the queue, from 1. */
  position: number | null
  error: { message: string; hint: string | null } | null
  /** When its last event came, and the smoothed ms between two: how long a bar may take to glide. */
  seenAt: number
  gapMs: number
}

/** By the download's id. */
export type DownloadsState = Readonly<Record<string, LiveDownload>>

/**
 * The downloads after one more event of the progress feed. Bytes never go down while a transfer
 * runs, whatever order events come in; `reset` begins anew, for a reader that has missed some.
 */
export function reduceDownloads(
  state: DownloadsState,
  { event, data }: StreamEvent,
  now: number,
): DownloadsState {
  if (event === 'reset') return {}
  const status = statusOf(event)
  const parsed = eventData.safeParse(parseJson(data))
  // `ping`, and whatever a newer server may add.
  if (!status || !parsed.success) return state
  const id = parsed.data.download_id
  return { ...state, [id]: advance(state[id], status, parsed.data, now) }
}

function advance(
  before: LiveDownload | undefined,
  status: LiveDownload['status'],
  data: EventData,
  now: number,
): LiveDownload {
  const flows = status === 'downloading'
  const bytes = data.bytes ?? before?.bytes ?? 0
  return {
    id: data.download_id,
    ref: data.model_ref,
    status,
    bytes: before && flows ? Math.max(before.bytes, bytes) : bytes,
    total: data.total ?? before?.total ?? null,
    bytesPerSecond: flows ? (data.bytes_per_second ?? null) : null,
    etaSeconds: flows ? (data.eta_seconds ?? null) : null,
    stalled: flows && (data.stalled ?? false),
    position: data.position ?? null,
    error: status === 'failed' ? errorOf(data) : null,
    seenAt: now,
    gapMs: before ? smoothGap(before.gapMs, now - before.seenAt) : 250,
  }
}

/** Between 100 ms, the fastest that events come, and 1 s, after which a gliding bar would look late. */
function smoothGap(gapMs: number, latest: number): number {
  return Math.min(1000, Math.max(100, Math.round(gapMs * 0.7 + latest * 0.3)))
}

function errorOf({ message, hint }: EventData): LiveDownload['error'] {
  return { message: message ?? 'The download failed.', hint: hint ?? null }
}

function statusOf(event: string): LiveDownload['status'] | undefined {
  return Object.entries(STATUS_OF_EVENT).find(([name]) => name === event)?.[1]
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
