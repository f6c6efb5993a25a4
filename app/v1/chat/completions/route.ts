import { createChatCompletion } from '@/lib/endpoints/openai'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(createChatCompletion, (call) => call.services.openai.chat(call, call.body)),
})
