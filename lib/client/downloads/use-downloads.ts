import { useQuery } from '@tanstack/react-query'
import { useMemo, useSyncExternalStore } from 'react'
import { useFeeds } from '../feeds'
import { downloadsQuery } from './queries'
import type { DownloadStatus, DownloadsState, LiveDownload } from './reduce-downloads'

export type Downloads = {
  /** Everything to show, what flows first. */
  all: readonly LiveDownload[]
  /** What runs, waits or is paused. */
  active: readonly LiveDownload[]
  /** The speed of all together. */
  bytesPerSecond: number
  error: Error | null
  isPending: boolean
  isFetching: boolean
  refetch: () => void
}

/** The downloads: as they were read, and live since. */
export function useDownloads(): Downloads {
  const { downloads } = useFeeds()
  const live = useSyncExternalStore(
    downloads.subscribe,
    downloads.getSnapshot,
    downloads.getSnapshot,
  ).state
  const { data, error, isPending, isFetching, refetch } = useQuery(downloadsQuery())
  const all = useMemo(() => mergeDownloads(data ?? [], live), [data, live])
  const active = useMemo(() => all.filter((download) => !isEnded(download)), [all])
  return {
    all,
    active,
    bytesPerSecond: all.reduce((sum, download) => sum + (download.bytesPerSecond ?? 0), 0),
    error: data ? null : error,
    isPending,
    isFetching,
    refetch: () => void refetch(),
  }
}

/** How many downloads are under way or wait for their turn. */
export function useActiveDownloads(): number {
  return useDownloads().active.filter(({ status }) => status !== 'paused').length
}

const ENDED: readonly DownloadStatus[] = ['complete', 'failed', 'cancelled']

/** What comes first in the list: what flows, then the queue, then what waits for a person. */
const RANKS: Record<DownloadStatus, number> = {
  downloading: 0,
  verifying: 0,
  resolving: 0,
  queued: 1,
  paused: 2,
  failed: 3,
  complete: 4,
  cancelled: 4,
}

/** Whether nothing more happens to a download unless somebody wants it. */
export const isEnded = ({ status }: LiveDownload): boolean => ENDED.includes(status)

/**
 * The downloads to show: what the list had when it was read, as the feed has changed it since, and
 * what has begun since. One that has ended is shown only while the list has it, so that it can be
 * dismissed; complete and cancelled ones are not shown.
 */
export function mergeDownloads(
  listed: readonly LiveDownload[],
  live: DownloadsState,
): readonly LiveDownload[] {
  const known = new Set(listed.map(({ id }) => id))
  const begun = Object.values(live).filter(
    (download) => !known.has(download.id) && !isEnded(download),
  )
  return [...listed.map((download) => live[download.id] ?? download), ...begun]
    .filter(({ status }) => status !== 'complete' && status !== 'cancelled')
    .sort((a, b) => RANKS[a.status] - RANKS[b.status] || placeOf(a) - placeOf(b))
}

/** One that nobody has given a place yet comes last. */
const placeOf = ({ position }: LiveDownload): number => position ?? Number.MAX_SAFE_INTEGER
