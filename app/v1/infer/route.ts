import { infer, inferByQuery } from '@/lib/api/endpoints/inference'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(inferByQuery, (call) => call.services.infer.inferByQuery(call, call.query)),
  POST: route(infer, (call) => call.services.infer.infer(call, call.body)),
})
