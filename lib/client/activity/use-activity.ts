import { useSyncExternalStore } from 'react'
import { useFeeds } from '../live/feeds'
import type { FeedSnapshot } from '../live/shared-feed'
import type { ActivityState } from './reduce-activity'

/** What the server does, live while a component that asks is shown. */
export function useActivity(): FeedSnapshot<ActivityState> {
  const { activity } = useFeeds()
  return useSyncExternalStore(activity.subscribe, activity.getSnapshot, activity.getSnapshot)
}
