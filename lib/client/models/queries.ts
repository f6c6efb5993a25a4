import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import type {
  getModel,
  getModelSettings,
  getSystem,
  listModels,
  setModelSettings,
} from '@/lib/api/endpoints/models'
import { api } from '../api'

/** What starts the key of everything about installed models. */
export const MODELS_KEY = ['models'] as const

export type InstalledModel = z.infer<typeof listModels.response.schema>['data'][number]

/** Installed models, the newest first. */
export const modelsQuery = () =>
  queryOptions({
    queryKey: [...MODELS_KEY, 'list'],
    queryFn: async ({ signal }) =>
      (await api<typeof listModels>('GET /v1/models', { signal })).data,
  })

/** One installed model with all that its header says. */
export const modelQuery = (id: string) =>
  queryOptions({
    queryKey: [...MODELS_KEY, 'details', id],
    queryFn: ({ signal }) =>
      api<typeof getModel>('GET /v1/models/{id}', { params: { id }, signal }),
  })

export type ModelSettings = z.input<typeof setModelSettings.body>

/** How one model is loaded and asked, where that is not as for all. */
export const modelSettingsQuery = (id: string) =>
  queryOptions({
    queryKey: [...MODELS_KEY, 'settings', id],
    queryFn: ({ signal }) =>
      api<typeof getModelSettings>('GET /v1/models/{id}/settings', { params: { id }, signal }),
  })

const SYSTEM_EVERY_MS = 10_000

/** Memory and disk of the machine, measured again every 10 s while it is shown. */
export const systemQuery = () =>
  queryOptions({
    queryKey: [...MODELS_KEY, 'system'],
    queryFn: ({ signal }) => api<typeof getSystem>('GET /v1/system', { signal }),
    refetchInterval: SYSTEM_EVERY_MS,
  })
