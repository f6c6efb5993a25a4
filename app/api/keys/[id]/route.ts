import { revokeKey, updateKey } from '@/lib/api/endpoints/keys'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  PATCH: route(updateKey, async ({ caller, params, body, services, note }) => {
    const key = await services.auth.keyRing.update(caller, params.id, body)
    note({ target: key.name, details: { ...body, id: key.id } })
    return key
  }),
  DELETE: route(revokeKey, async ({ caller, params, services, note }) => {
    const key = await services.auth.keyRing.revoke(caller, params.id)
    note({ target: key.name, details: { id: key.id, owner: key.owner } })
    return key
  }),
})
