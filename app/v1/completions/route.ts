import { createCompletion } from '@/lib/api/endpoints/openai'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(createCompletion, (call) => call.services.openai.complete(call, call.body)),
})
