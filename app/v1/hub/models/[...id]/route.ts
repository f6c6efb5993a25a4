import { getHubModel } from '@/lib/endpoints/hub'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(getHubModel, ({ services, params, query, signal }) =>
    services.hub.model(params.id, query, signal),
  ),
})
