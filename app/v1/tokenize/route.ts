import { tokenize } from '@/lib/api/endpoints/inference'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(tokenize, (call) => call.services.infer.tokenize(call, call.body)),
})
