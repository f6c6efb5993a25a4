import { endOtherSessions, listSessions } from '@/lib/api/endpoints/accounts'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(listSessions, async ({ caller, services }) => ({
    sessions: await services.auth.account.sessionsOf(caller),
  })),
  DELETE: route(endOtherSessions, async ({ caller, services, record }) => ({
    ended: await services.auth.account.signOutElsewhere(caller, record),
  })),
})
