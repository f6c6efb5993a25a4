import { type QueryClient, queryOptions, useMutation } from '@tanstack/react-query'
import type { z } from 'zod'
import type {
  acceptInvite,
  changePassword,
  endOtherSessions,
  endSession,
  listSessions,
  updateAccount,
} from '@/lib/api/endpoints/accounts'

import { api, call } from './api'
import { signIn } from './session'
import { useViewMutation, withoutEntry } from './view-mutation'

export type { ListedSession } from '@/lib/api/endpoints/accounts'

const ACCOUNT = ['account'] as const

/** Where one is signed in. */
export const sessionsQuery = () =>
  queryOptions({
    queryKey: [...ACCOUNT, 'sessions'],
    queryFn: async ({ signal }) =>
      (await api<typeof listSessions>('GET /api/sessions', { signal })).sessions,
  })

/** Changes one's own name. */
export const useRename = () =>
  useMutation({
    mutationFn: (name: string) =>
      api<typeof updateAccount>('PATCH /api/account', { body: { name } }),
  })

/** Changes one's own password; other sessions end. */
export const useChangePassword = () =>
  useViewMutation({
    key: ACCOUNT,
    change: (body: z.input<typeof changePassword.body>) =>
      call<typeof changePassword>('POST /api/account/password', { body }),
    keep: keepCurrentSession,
  })

/** Ends one of one's own sessions. */
export const useEndSession = () =>
  useViewMutation({
    key: ACCOUNT,
    change: (id: string) =>
      call<typeof endSession>('DELETE /api/sessions/{id}', { params: { id } }),
    keep: (client, _, id) =>
      client.setQueryData(sessionsQuery().queryKey, (list) => withoutEntry(list, id)),
  })

/** Ends all of one's own sessions but this one; answers how many. */
export const useEndOtherSessions = () =>
  useViewMutation({
    key: ACCOUNT,
    change: async (_: undefined) =>
      (await api<typeof endOtherSessions>('DELETE /api/sessions')).ended,
    keep: keepCurrentSession,
  })

function keepCurrentSession(client: QueryClient): void {
  client.setQueryData(sessionsQuery().queryKey, (list) => list?.filter(({ current }) => current))
}

/**
 * Uses a one-time link, and signs in with what it made.
 * @throws ClientError when the link is used up, or a field is wrong.
 */
export async function acceptAndSignIn(given: z.input<typeof acceptInvite.body>): Promise<void> {
  const { email } = await api<typeof acceptInvite>('POST /api/invites/accept', { body: given })
  await signIn({ email, password: given.password })
}
