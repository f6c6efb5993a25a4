import { infer, inferByQuery } from '@/lib/endpoints/inference'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(inferByQuery, (call) => call.services.infer.inferByQuery(call, call.query)),
  POST: route(infer, (call) => call.services.infer.infer(call, call.body)),
})
