import { createKey, listKeys } from '@/lib/api/endpoints/keys'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(listKeys, async ({ caller, query, services }) => ({
    keys: await services.auth.keyRing.list(caller, { all: query.all === 'true' }),
  })),
  POST: route(createKey, ({ caller, body, services, record }) =>
    services.auth.keyRing.create(caller, body, record),
  ),
})
