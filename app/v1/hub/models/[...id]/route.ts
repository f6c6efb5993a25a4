import { getHubModel } from '@/lib/api/endpoints/hub'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(getHubModel, ({ services, params, query, signal }) =>
    services.hub.model(params.id, query, signal),
  ),
})
