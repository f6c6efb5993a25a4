import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import type { getHubModel, searchHub } from '@/lib/api/endpoints/hub'
import { api } from '../api'

export type HubSort = NonNullable<z.input<typeof searchHub.query>['sort']>
export type HubModel = z.infer<typeof searchHub.response.schema>['data'][number]
export type HubVariant = z.infer<typeof getHubModel.response.schema>['variants'][number]

const RESULTS = 24
const FRESH_MS = 60_000

/** Models of the hub that match some words; the matches before stay until the new ones are there. */
export const hubSearchQuery = (words: string, sort: HubSort) =>
  queryOptions({
    queryKey: ['hub', 'search', words, sort],
    queryFn: async ({ signal }) =>
      (
        await api<typeof searchHub>('GET /v1/hub/search', {
          query: { q: words, sort, limit: RESULTS },
          signal,
        })
      ).data,
    enabled: words !== '',
    placeholderData: keepPreviousData,
    staleTime: FRESH_MS,
  })

/** A model of the hub with its files, and how they suit this machine. */
export const hubModelQuery = (id: string) =>
  queryOptions({
    queryKey: ['hub', 'model', id],
    queryFn: ({ signal }) =>
      api<typeof getHubModel>('GET /v1/hub/models/{id}', { params: { id }, signal }),
    staleTime: FRESH_MS,
  })
