import { queryOptions } from '@tanstack/react-query'
import type { getDownloadRate, listDownloads, listOrphans } from '@/lib/api/endpoints/downloads'
import { api } from '../api'
import { fromView } from './reduce-downloads'

/** What starts the key of everything about downloads. */
export const DOWNLOADS_KEY = ['downloads'] as const

/** Every download that the server remembers, the oldest first. */
export const downloadsQuery = () =>
  queryOptions({
    queryKey: [...DOWNLOADS_KEY, 'list'],
    queryFn: async ({ signal }) => {
      const { downloads } = await api<typeof listDownloads>('GET /v1/models/download', { signal })
      return downloads.map(fromView).reverse()
    },
  })

/** Partial files that no download goes on with. */
export const orphansQuery = () =>
  queryOptions({
    queryKey: [...DOWNLOADS_KEY, 'orphans'],
    queryFn: ({ signal }) => api<typeof listOrphans>('GET /v1/models/download/orphans', { signal }),
    staleTime: 60_000,
  })

/** The speed limit of all downloads together. */
export const rateQuery = () =>
  queryOptions({
    queryKey: [...DOWNLOADS_KEY, 'rate'],
    queryFn: async ({ signal }) =>
      (await api<typeof getDownloadRate>('GET /v1/models/download/rate', { signal }))
        .bytes_per_second,
    staleTime: 60_000,
  })
