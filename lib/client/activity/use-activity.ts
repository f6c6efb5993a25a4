import { useMutation } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import type { stopGeneration } from '@/lib/api/endpoints/generations'
import { call } from '../api'
import { useFeeds } from '../feeds'
import type { FeedSnapshot } from '../live/shared-feed'
import type { InstalledModel } from '../models/queries'
import type { ActivityState } from './reduce-activity'

/** What the server does, live while a component that asks is shown. */
export function useActivity(): FeedSnapshot<ActivityState> {
  const { activity } = useFeeds()
  return useSyncExternalStore(activity.subscribe, activity.getSnapshot, activity.getSnapshot)
}

/** Stops a generation; what it has written stays readable. The feed tells that it has ended. */
export function useStopStream() {
  return useMutation({
    mutationFn: (id: string) =>
      call<typeof stopGeneration>('DELETE /v1/generations/{id}', { params: { id } }),
  })
}

/** How a model is in memory. */
export type Loaded = Pick<
  NonNullable<InstalledModel['loaded']>,
  'state' | 'progress' | 'memory_bytes' | 'active' | 'queued'
>

/** How each model is in memory: live when the activity feed is there, else as it was read. Null when it is not loaded. */
export function useLoaded(): (model: InstalledModel) => Loaded | null {
  const { now, models } = useActivity().state
  return ({ id, loaded }) => (now ? (models.find(({ model }) => model === id) ?? null) : loaded)
}

/** What a model is at that is on its way into memory. Once its file is there, the best number of threads is measured. */
export function loadingWords(progress: number): string {
  return progress < 1 ? 'loading' : 'measuring'
}
