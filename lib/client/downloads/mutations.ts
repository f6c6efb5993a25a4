import { useMutation, useQueryClient } from '@tanstack/react-query'
import type {
  clearOrphans,
  deleteDownload,
  moveDownload,
  pauseDownload,
  resumeDownload,
  retryDownload,
  setDownloadRate,
  startDownload,
} from '@/lib/api/endpoints/downloads'
import type { DownloadView } from '@/lib/downloads/schemas'
import { api } from '../api'
import { systemQuery } from '../models/queries'
import { useViewMutation, withEntry, withoutEntry } from '../view-mutation'
import { DOWNLOADS_KEY, downloadsQuery, orphansQuery, rateQuery } from './queries'
import { fromView } from './reduce-downloads'

/** A change of one download; the feed tells what it means for others. */
const useDownloadMutation = <Input>(change: (input: Input) => Promise<DownloadView>) =>
  useViewMutation({
    key: DOWNLOADS_KEY,
    change,
    keep: (client, view) =>
      client.setQueryData(downloadsQuery().queryKey, (list) => withEntry(list, fromView(view))),
  })

/** Starts the download of a reference, or joins the one that runs. */
export const useStartDownload = () =>
  useViewMutation({
    key: DOWNLOADS_KEY,
    change: (ref: string) =>
      api<typeof startDownload>('POST /v1/models/download', { body: { model_ref: ref } }),
  })

/** Stops a download and keeps what is there. */
export const usePauseDownload = () =>
  useDownloadMutation((id: string) =>
    api<typeof pauseDownload>('POST /v1/models/download/{id}/pause', { params: { id } }),
  )

/** Goes on with a paused download. */
export const useResumeDownload = () =>
  useDownloadMutation((id: string) =>
    api<typeof resumeDownload>('POST /v1/models/download/{id}/resume', { params: { id } }),
  )

/** Tries a failed download again, from where it stood. */
export const useRetryDownload = () =>
  useDownloadMutation((id: string) =>
    api<typeof retryDownload>('POST /v1/models/download/{id}/retry', { params: { id } }),
  )

/** Cancels a download, or forgets one that has failed. */
export const useRemoveDownload = () =>
  useViewMutation({
    key: DOWNLOADS_KEY,
    change: (id: string) =>
      api<typeof deleteDownload>('DELETE /v1/models/download/{id}', { params: { id } }),
    keep: (client, _, id) =>
      client.setQueryData(downloadsQuery().queryKey, (list) => withoutEntry(list, id)),
  })

/** Moves a queued download one place. */
export const useMoveDownload = () =>
  useDownloadMutation(({ id, direction }: { id: string; direction: 'up' | 'down' }) =>
    api<typeof moveDownload>('POST /v1/models/download/{id}/move', {
      params: { id },
      body: { direction },
    }),
  )

/** Limits the speed of all downloads together, in bytes a second; null is no limit. */
export const useSetRate = () =>
  useViewMutation({
    key: DOWNLOADS_KEY,
    change: (bytesPerSecond: number | null) =>
      api<typeof setDownloadRate>('PUT /v1/models/download/rate', {
        body: { bytes_per_second: bytesPerSecond },
      }),
    keep: (client, { bytes_per_second }) =>
      client.setQueryData(rateQuery().queryKey, bytes_per_second),
  })

/** Deletes partial files that no download goes on with; the disk has more room then. */
export function useClearOrphans() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => api<typeof clearOrphans>('DELETE /v1/models/download/orphans'),
    onSettled: () =>
      Promise.all(
        [orphansQuery().queryKey, systemQuery().queryKey].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      ),
  })
}
