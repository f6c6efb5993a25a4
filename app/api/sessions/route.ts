import { endOtherSessions, listSessions } from '@/lib/endpoints/accounts'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(listSessions, async ({ caller, services }) => ({
    sessions: await services.auth.account.sessionsOf(caller),
  })),
  DELETE: route(endOtherSessions, async ({ caller, services }) => ({
    ended: await services.auth.account.signOutElsewhere(caller),
  })),
})
