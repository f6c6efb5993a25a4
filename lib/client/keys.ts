import { type QueryClient, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import type { createKey, ListedKey, listKeys, revokeKey, updateKey } from '@/lib/api/endpoints/keys'
import { api } from './api'
import { useViewMutation, withEntry } from './view-mutation'

export type { ListedKey } from '@/lib/api/endpoints/keys'
export type NewKey = z.input<typeof createKey.body>
export type KeyChange = z.input<typeof updateKey.body> & { id: string }

const KEYS = ['keys'] as const

/** One's own keys, or everybody's; newest first. */
export const keysQuery = (all: boolean) =>
  queryOptions({
    queryKey: [...KEYS, { all }],
    queryFn: async ({ signal }) =>
      (
        await api<typeof listKeys>('GET /api/keys', {
          query: { all: all ? 'true' : 'false' },
          signal,
        })
      ).keys,
  })

/** Makes a key; the answer is the only time that it can be seen. */
export const useCreateKey = () =>
  useViewMutation({
    key: KEYS,
    change: (body: NewKey) => api<typeof createKey>('POST /api/keys', { body }),
    keep: (client, { key: _, ...made }) => keepKey(client, made),
  })

/** Renames a key or changes its limits. */
export const useUpdateKey = () =>
  useViewMutation({
    key: KEYS,
    change: ({ id, ...body }: KeyChange) =>
      api<typeof updateKey>('PATCH /api/keys/{id}', { params: { id }, body }),
    keep: keepKey,
  })

/** Revokes a key at once. */
export const useRevokeKey = () =>
  useViewMutation({
    key: KEYS,
    change: (id: string) => api<typeof revokeKey>('DELETE /api/keys/{id}', { params: { id } }),
    keep: keepKey,
  })

function keepKey(client: QueryClient, key: ListedKey): void {
  client.setQueriesData<ListedKey[]>({ queryKey: KEYS }, (list) => withEntry(list, key))
}
