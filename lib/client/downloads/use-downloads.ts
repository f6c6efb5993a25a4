import { useQuery } from '@tanstack/react-query'
import { useMemo, useSyncExternalStore } from 'react'
import { useFeeds } from '../live/feeds'
import { isEnded, mergeDownloads } from './merge-downloads'
import { downloadsQuery } from './queries'
import type { LiveDownload } from './reduce-downloads'

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
