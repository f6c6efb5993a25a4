import { endSession } from '@/lib/endpoints/accounts'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: route(endSession, ({ caller, params, services }) =>
    services.auth.account.endSession(caller, params.id),
  ),
})
