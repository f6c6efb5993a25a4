import { endOtherSessions, listSessions } from '@/lib/endpoints/accounts'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(listSessions, async ({ caller, services }) => ({
    sessions: await services.auth.account.sessionsOf(caller),
  })),
  DELETE: route(endOtherSessions, async ({ caller, services }) => ({
    ended: await services.auth.account.signOutElsewhere(caller),
  })),
})
