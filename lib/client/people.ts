import { type QueryClient, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import type {
  createInvite,
  createResetLink,
  deleteInvite,
  deletePerson,
  ListedInvite,
  listInvites,
  listPeople,
  signOutPerson,
  updatePerson,
} from '@/lib/api/endpoints/people'
import { api, call } from './api'
import { useViewMutation, withEntry, withoutEntry } from './view-mutation'

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

type PersonChange = z.input<typeof updatePerson.body> & { id: string }

/** Changes a role or a name, disables or enables an account. */
export const useUpdatePerson = () =>
  useViewMutation({
    key: PEOPLE,
    change: ({ id, ...body }: PersonChange) =>
      api<typeof updatePerson>('PATCH /api/people/{id}', { params: { id }, body }),
    keep: (client, person) =>
      client.setQueryData(peopleQuery().queryKey, (list) => withEntry(list, person)),
  })

/** Deletes an account with all that is its own. */
export const useDeletePerson = () =>
  useViewMutation({
    // Its invites go with it.
    key: PEOPLE,
    change: (id: string) =>
      call<typeof deletePerson>('DELETE /api/people/{id}', { params: { id } }),
  })

/** Ends all sessions of somebody; answers how many. No list shows them. */
export const useSignOutPerson = () =>
  useViewMutation({
    key: PEOPLE,
    change: async (id: string) =>
      (await api<typeof signOutPerson>('DELETE /api/people/{id}/sessions', { params: { id } }))
        .ended,
    keep: () => {},
  })

/** Makes a link by which somebody chooses a new password. */
export const useCreateResetLink = () =>
  useViewMutation({
    key: PEOPLE,
    change: (id: string) =>
      api<typeof createResetLink>('POST /api/people/{id}/reset-link', { params: { id } }),
    keep: keepInvite,
  })

/** Makes a link to a new account. */
export const useCreateInvite = () =>
  useViewMutation({
    key: PEOPLE,
    change: (body: z.input<typeof createInvite.body>) =>
      api<typeof createInvite>('POST /api/invites', { body }),
    keep: keepInvite,
  })

/** Takes a link back. */
export const useDeleteInvite = () =>
  useViewMutation({
    key: PEOPLE,
    change: (id: string) =>
      call<typeof deleteInvite>('DELETE /api/invites/{id}', { params: { id } }),
    keep: (client, _, id) =>
      client.setQueryData(invitesQuery().queryKey, (list) => withoutEntry(list, id)),
  })

/** The link itself is shown once, and kept nowhere. */
function keepInvite(client: QueryClient, { url: _, ...invite }: ListedInvite & { url: string }) {
  client.setQueryData(invitesQuery().queryKey, (list) => withEntry(list, invite))
}
