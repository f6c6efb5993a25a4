import { getGeneration, stopGeneration } from '@/lib/api/endpoints/generations'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(getGeneration, ({ services, caller, params }) =>
    services.responder.report(caller, params.id),
  ),
  DELETE: route(stopGeneration, ({ services, caller, params }) =>
    services.responder.stop(caller, params.id),
  ),
})
