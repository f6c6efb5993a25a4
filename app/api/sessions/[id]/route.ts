import { endSession } from '@/lib/api/endpoints/accounts'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: route(endSession, ({ caller, params, services, record }) =>
    services.auth.account.endSession(caller, params.id, record),
  ),
})
