import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  createInvite,
  createResetLink,
  deleteInvite,
  deletePerson,
  listInvites,
  listPeople,
  signOutPerson,
  updatePerson,
} from '@/lib/endpoints/people'
import { api, call } from './api'

export type { ListedInvite, Person } from '@/lib/endpoints/people'

const PEOPLE = ['people'] as const

/** Everybody with an account. */
export const peopleQuery = () =>
  queryOptions({
    queryKey: [...PEOPLE, 'accounts'],
    queryFn: async ({ signal }) => (await api(listPeople, { signal })).people,
  })

/** One-time links that were not used yet. */
export const invitesQuery = () =>
  queryOptions({
    queryKey: [...PEOPLE, 'invites'],
    queryFn: async ({ signal }) => (await api(listInvites, { signal })).invites,
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
  usePeopleMutation(({ id, ...body }: PersonChange) => api(updatePerson, { params: { id }, body }))

/** Deletes an account with all that is its own. */
export const useDeletePerson = () =>
  usePeopleMutation((id: string) => call(deletePerson, { params: { id } }))

/** Ends all sessions of somebody; answers how many. */
export const useSignOutPerson = () =>
  usePeopleMutation(async (id: string) => (await api(signOutPerson, { params: { id } })).ended)

/** Makes a link by which somebody chooses a new password. */
export const useCreateResetLink = () =>
  usePeopleMutation((id: string) => api(createResetLink, { params: { id } }))

/** Makes a link to a new account. */
export const useCreateInvite = () =>
  usePeopleMutation((body: z.input<typeof createInvite.body>) => api(createInvite, { body }))

/** Takes a link back. */
export const useDeleteInvite = () =>
  usePeopleMutation((id: string) => call(deleteInvite, { params: { id } }))
