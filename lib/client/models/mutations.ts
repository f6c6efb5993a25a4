import type { z } from 'zod'
import type {
  deleteModel,
  loadModel,
  setModelSettings,
  unloadModel,
  updateModel,
  verifyModel,
} from '@/lib/api/endpoints/models'
import { api } from '../api'
import { useViewMutation, withEntry } from '../view-mutation'
import { MODELS_KEY, type ModelSettings, modelQuery, modelsQuery } from './queries'

type ModelDetails = z.infer<typeof updateModel.response.schema>

/** A change of an installed model, of which the server answers all that is known. */
const useModelMutation = <Input>(change: (input: Input) => Promise<ModelDetails>) =>
  useViewMutation({
    key: MODELS_KEY,
    change,
    keep: (client, model) => {
      client.setQueryData(modelQuery(model.id).queryKey, model)
      client.setQueryData(modelsQuery().queryKey, (list) => withEntry(list, model))
    },
  })

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

/** Sets how a model is loaded and asked, in the place of what was set before. What fits where may be another then. */
export const useSetModelSettings = () =>
  useViewMutation({
    key: MODELS_KEY,
    change: ({ id, settings }: { id: string; settings: ModelSettings }) =>
      api<typeof setModelSettings>('PUT /v1/models/{id}/settings', {
        params: { id },
        body: settings,
      }),
  })

/** Reads the files of a model again and compares their hashes; a damaged one is marked then. */
export const useVerifyModel = () =>
  useViewMutation({
    key: MODELS_KEY,
    change: (id: string) =>
      api<typeof verifyModel>('POST /v1/models/{id}/verify', { params: { id } }),
  })

/** Deletes a model and its files, also while it is in use: the dialog has said so. */
export const useDeleteModel = (onDeleted: (freedBytes: number) => void) =>
  useViewMutation({
    // The disk has more room then, too.
    key: MODELS_KEY,
    change: async (id: string) => {
      const force = { params: { id }, query: { force: 'true' } } as const
      const { freed_bytes } = await api<typeof deleteModel>('DELETE /v1/models/{id}', force)
      // Before the list is read again: what asked for it goes with the model's row.
      onDeleted(freed_bytes)
    },
  })

/**
 * What a verification found, in a sentence.
 * @throws Error with that sentence when a file is not what it should be.
 */
export function verificationWords({
  ok,
  problem,
  files,
}: z.infer<typeof verifyModel.response.schema>): string {
  if (!ok) throw new Error(problem ?? 'A file is not as it was.')
  return files.every(({ result }) => result === 'matches')
    ? 'Every file is as the hub has it.'
    : 'The files can be read; nobody published a hash to compare with.'
}
