import { revokeKey, updateKey } from '@/lib/api/endpoints/keys'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  PATCH: route(updateKey, ({ caller, params, body, services, record }) =>
    services.auth.keyRing.update(caller, params.id, body, record),
  ),
  DELETE: route(revokeKey, ({ caller, params, services, record }) =>
    services.auth.keyRing.revoke(caller, params.id, record),
  ),
})
