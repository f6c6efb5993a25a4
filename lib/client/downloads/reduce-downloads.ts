import type { DownloadView } from '@/lib/downloads/schemas'
import type { StreamEvent } from '../live/sse-connection'
import { eventData } from '../live/sse-connection'

/** What the events of the progress feed carry; each kind has its own part of it. */
type EventData = Pick<DownloadView, 'download_id' | 'model_ref' | 'status' | 'bytes' | 'total'> &
  Partial<
    Pick<DownloadView, 'bytes_per_second' | 'eta_seconds' | 'stalled' | 'position' | 'note'>
  > & { message?: string; hint?: string | null }

export type DownloadStatus = EventData['status']

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
  /** When bytes last came, as far as this page has seen it. */
  grewAt: number | null
  /** The place in the queue, from 1. */
  position: number | null
  /** What it waits for, in a sentence. */
  note: string | null
  error: { message: string; hint: string | null } | null
  /** When its last event came, and the smoothed ms between two: how long a bar may take to glide. */
  seenAt: number
  gapMs: number
}

/** By the download's id. */
export type DownloadsState = Readonly<Record<string, LiveDownload>>

const FIRST_GAP_MS = 250

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
  const told = eventData<EventData>(data)
  // `ping`, and whatever a newer server may add.
  if (!told?.download_id) return state
  return { ...state, [told.download_id]: advance(state[told.download_id], told, now) }
}

/** A download as the list of all has it. */
export function fromView(view: DownloadView): LiveDownload {
  const download = advance(undefined, view, 0)
  return { ...download, error: view.error }
}

function advance(before: LiveDownload | undefined, data: EventData, now: number): LiveDownload {
  const { status, bytes } = data
  const flows = status === 'downloading'
  return {
    id: data.download_id,
    ref: data.model_ref,
    status,
    bytes: before && flows ? Math.max(before.bytes, bytes) : bytes,
    total: data.total ?? before?.total ?? null,
    bytesPerSecond: flows ? (data.bytes_per_second ?? null) : null,
    etaSeconds: flows ? (data.eta_seconds ?? null) : null,
    stalled: flows && (data.stalled ?? false),
    grewAt: before && bytes > before.bytes ? now : (before?.grewAt ?? null),
    position: data.position ?? null,
    note: data.note ?? null,
    error: status === 'failed' ? errorOf(data) : null,
    seenAt: now,
    gapMs: before?.seenAt ? smoothGap(before.gapMs, now - before.seenAt) : FIRST_GAP_MS,
  }
}

/** Between 100 ms, the fastest that events come, and 1 s, after which a gliding bar would look late. */
function smoothGap(gapMs: number, latest: number): number {
  return Math.min(1000, Math.max(100, Math.round(gapMs * 0.7 + latest * 0.3)))
}

function errorOf({ message, hint }: EventData): LiveDownload['error'] {
  return { message: message ?? 'The download failed.', hint: hint ?? null }
}
