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
import { api } from '../api'
import { MODELS_KEY } from '../models/queries'
import { DOWNLOADS_KEY } from './queries'

/** A change of downloads; the list is read again after it. The feed has told the rest by then. */
function useDownloadMutation<Input, Answer>(change: (input: Input) => Promise<Answer>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSettled: () => queryClient.invalidateQueries({ queryKey: DOWNLOADS_KEY }),
  })
}

/** Starts the download of a reference, or joins the one that runs. */
export const useStartDownload = () =>
  useDownloadMutation((ref: string) =>
    api<typeof startDownload>('POST /v1/models/download', { body: { model_ref: ref } }),
  )

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
  useDownloadMutation((id: string) =>
    api<typeof deleteDownload>('DELETE /v1/models/download/{id}', { params: { id } }),
  )

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
  useDownloadMutation((bytesPerSecond: number | null) =>
    api<typeof setDownloadRate>('PUT /v1/models/download/rate', {
      body: { bytes_per_second: bytesPerSecond },
    }),
  )

/** Deletes partial files that no download goes on with. */
export function useClearOrphans() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => api<typeof clearOrphans>('DELETE /v1/models/download/orphans'),
    onSettled: () =>
      Promise.all(
        [DOWNLOADS_KEY, MODELS_KEY].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
      ),
  })
}
