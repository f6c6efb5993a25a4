import { useSyncExternalStore } from 'react'
import { useFeeds } from '../live/feeds'

const ACTIVE = ['queued', 'resolving', 'downloading', 'verifying']

/** How many downloads are under way or wait for their turn. */
export function useActiveDownloads(): number {
  const { downloads } = useFeeds()
  const read = () =>
    Object.values(downloads.getSnapshot().state).filter(({ status }) => ACTIVE.includes(status))
      .length
  return useSyncExternalStore(downloads.subscribe, read, read)
}
