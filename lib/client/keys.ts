import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import type { createKey, listKeys, revokeKey, updateKey } from '@/lib/api/endpoints/keys'
import { api } from './api'

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

function useKeyMutation<Input, Answer>(change: (input: Input) => Promise<Answer>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSettled: () => queryClient.invalidateQueries({ queryKey: KEYS }),
  })
}

/** Makes a key; the answer is the only time that it can be seen. */
export const useCreateKey = () =>
  useKeyMutation((body: NewKey) => api<typeof createKey>('POST /api/keys', { body }))

/** Renames a key or changes its limits. */
export const useUpdateKey = () =>
  useKeyMutation(({ id, ...body }: KeyChange) =>
    api<typeof updateKey>('PATCH /api/keys/{id}', { params: { id }, body }),
  )

/** Revokes a key at once. */
export const useRevokeKey = () =>
  useKeyMutation((id: string) => api<typeof revokeKey>('DELETE /api/keys/{id}', { params: { id } }))
