import { getGeneration, stopGeneration } from '@/lib/endpoints/generations'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(getGeneration, ({ services, caller, params }) =>
    services.responder.report(caller, params.id),
  ),
  DELETE: route(stopGeneration, ({ services, caller, params }) =>
    services.responder.stop(caller, params.id),
  ),
})
