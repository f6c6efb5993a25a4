import { useMutation, useQueryClient } from '@tanstack/react-query'
import type {
  deleteModel,
  loadModel,
  unloadModel,
  updateModel,
  verifyModel,
} from '@/lib/api/endpoints/models'
import { api } from '../api'
import { MODELS_KEY } from './queries'

/** A change of an installed model; what was read of models is read again after it, also when it failed. */
function useModelMutation<Answer, Input = string>(change: (input: Input) => Promise<Answer>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSettled: () => queryClient.invalidateQueries({ queryKey: MODELS_KEY }),
  })
}

/** Loads a model into memory; resolves when it is ready. */
export const useLoadModel = () =>
  useModelMutation((id: string) =>
    api<typeof loadModel>('POST /v1/models/{id}/load', { params: { id } }),
  )

/** Frees the memory of a model; refused while it is in use. */
export const useUnloadModel = () =>
  useModelMutation((id: string) =>
    api<typeof unloadModel>('POST /v1/models/{id}/unload', { params: { id } }),
  )

/** Lets a model stay in memory when it is idle, or not any more. */
export const usePinModel = () =>
  useModelMutation(({ id, pinned }: { id: string; pinned: boolean }) =>
    api<typeof updateModel>('PATCH /v1/models/{id}', { params: { id }, body: { pinned } }),
  )

/** Changes the notes and tags of a model. */
export const useAnnotateModel = () =>
  useModelMutation(({ id, ...body }: { id: string; notes: string; tags: string[] }) =>
    api<typeof updateModel>('PATCH /v1/models/{id}', { params: { id }, body }),
  )

/** Reads the files of a model again and compares their hashes. */
export const useVerifyModel = () =>
  useModelMutation((id: string) =>
    api<typeof verifyModel>('POST /v1/models/{id}/verify', { params: { id } }),
  )

/** Deletes a model and its files, also while it is in use: the dialog has said so. */
export const useDeleteModel = (onDeleted: (freedBytes: number) => void) =>
  useModelMutation(async (id: string) => {
    const force = { params: { id }, query: { force: 'true' } } as const
    const { freed_bytes } = await api<typeof deleteModel>('DELETE /v1/models/{id}', force)
    // Before the list is read again: what asked for it goes with the model's row.
    onDeleted(freed_bytes)
  })
