import { createCompletion } from '@/lib/endpoints/openai'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(createCompletion, (call) => call.services.openai.complete(call, call.body)),
})
