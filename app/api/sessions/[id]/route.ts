import { endSession } from '@/lib/endpoints/accounts'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: route(endSession, ({ caller, params, services }) =>
    services.auth.account.endSession(caller, params.id),
  ),
})
