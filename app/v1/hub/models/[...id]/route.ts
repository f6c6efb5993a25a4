import { getHubModel } from '@/lib/endpoints/hub'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(getHubModel, ({ services, params, query, signal }) =>
    services.hub.model(params.id, query, signal),
  ),
})
