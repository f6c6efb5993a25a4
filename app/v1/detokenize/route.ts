import { detokenize } from '@/lib/api/endpoints/inference'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(detokenize, (call) => call.services.infer.detokenize(call, call.body)),
})
