import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import type {
  createInvite,
  createResetLink,
  deleteInvite,
  deletePerson,
  listInvites,
  listPeople,
  signOutPerson,
  updatePerson,
} from '@/lib/api/endpoints/people'
import { api, call } from './api'

export type { ListedInvite, Person } from '@/lib/api/endpoints/people'

const PEOPLE = ['people'] as const

/** Everybody with an account. */
export const peopleQuery = () =>
  queryOptions({
    queryKey: [...PEOPLE, 'accounts'],
    queryFn: async ({ signal }) =>
      (await api<typeof listPeople>('GET /api/people', { signal })).people,
  })

/** One-time links that were not used yet. */
export const invitesQuery = () =>
  queryOptions({
    queryKey: [...PEOPLE, 'invites'],
    queryFn: async ({ signal }) =>
      (await api<typeof listInvites>('GET /api/invites', { signal })).invites,
  })

function usePeopleMutation<Input, Answer>(change: (input: Input) => Promise<Answer>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSettled: () => queryClient.invalidateQueries({ queryKey: PEOPLE }),
  })
}

type PersonChange = z.input<typeof updatePerson.body> & { id: string }

/** Changes a role or a name, closes or opens an account. */
export const useUpdatePerson = () =>
  usePeopleMutation(({ id, ...body }: PersonChange) =>
    api<typeof updatePerson>('PATCH /api/people/{id}', { params: { id }, body }),
  )

/** Deletes an account with all that is its own. */
export const useDeletePerson = () =>
  usePeopleMutation((id: string) =>
    call<typeof deletePerson>('DELETE /api/people/{id}', { params: { id } }),
  )

/** Ends all sessions of somebody; answers how many. */
export const useSignOutPerson = () =>
  usePeopleMutation(
    async (id: string) =>
      (await api<typeof signOutPerson>('DELETE /api/people/{id}/sessions', { params: { id } }))
        .ended,
  )

/** Makes a link by which somebody chooses a new password. */
export const useCreateResetLink = () =>
  usePeopleMutation((id: string) =>
    api<typeof createResetLink>('POST /api/people/{id}/reset-link', { params: { id } }),
  )

/** Makes a link to a new account. */
export const useCreateInvite = () =>
  usePeopleMutation((body: z.input<typeof createInvite.body>) =>
    api<typeof createInvite>('POST /api/invites', { body }),
  )

/** Takes a link back. */
export const useDeleteInvite = () =>
  usePeopleMutation((id: string) =>
    call<typeof deleteInvite>('DELETE /api/invites/{id}', { params: { id } }),
  )
