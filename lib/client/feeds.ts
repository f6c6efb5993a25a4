import type { QueryClient } from '@tanstack/react-query'
import { createContext, use, useSyncExternalStore } from 'react'
import { type ActivityState, NO_ACTIVITY, reduceActivity } from './activity/reduce-activity'
import { DOWNLOADS_KEY } from './downloads/queries'
import { type DownloadsState, reduceDownloads } from './downloads/reduce-downloads'
import { browserClock } from './live/clock'
import { SharedFeed } from './live/shared-feed'
import type { ConnectionStatus, StreamEvent } from './live/sse-connection'
import { MODELS_KEY } from './models/queries'

/** The streams that every page shares. */
export type Feeds = {
  downloads: SharedFeed<DownloadsState>
  activity: SharedFeed<ActivityState>
}

/** Makes the feeds of this tab. Nothing connects before somebody looks. */
export function createFeeds(queryClient: QueryClient): Feeds {
  const locks = globalThis.navigator?.locks
  const ports = {
    clock: browserClock,
    fetch: (...args: Parameters<typeof fetch>) => fetch(...args),
    locks,
    // Without locks every tab leads itself and has nobody to talk to.
    openChannel: locks && ((name: string) => new BroadcastChannel(name)),
  }
  const downloads = new SharedFeed<DownloadsState>({
    ...ports,
    name: 'runnel-downloads',
    url: '/v1/models/download/progress',
    initial: {},
    reduce: reduceDownloads,
    onEvent: (event) => refreshAfter(event, queryClient),
  })
  const activity = new SharedFeed<ActivityState>({
    ...ports,
    name: 'runnel-activity',
    url: '/api/activity/stream',
    initial: NO_ACTIVITY,
    reduce: reduceActivity,
  })
  return { downloads, activity }
}

/** Where components find the feeds; the dashboard's layout provides them. */
export const FeedsContext = createContext<Feeds | null>(null)

/** The feeds of this tab. */
export function useFeeds(): Feeds {
  const feeds = use(FeedsContext)
  if (!feeds) throw new Error('Feeds are only available inside the dashboard.')
  return feeds
}

/** How the connection to the server is. */
export function useFeedStatus(): ConnectionStatus {
  const { downloads } = useFeeds()
  const read = () => downloads.getSnapshot().status
  return useSyncExternalStore(downloads.subscribe, read, read)
}

/** Reads again what an event of the progress feed has made old: a finished download is an installed model. */
export function refreshAfter({ event }: StreamEvent, queryClient: QueryClient): void {
  if (['complete', 'error', 'cancelled', 'reset'].includes(event))
    void queryClient.invalidateQueries({ queryKey: DOWNLOADS_KEY })
  if (['complete', 'reset'].includes(event))
    void queryClient.invalidateQueries({ queryKey: MODELS_KEY })
}
