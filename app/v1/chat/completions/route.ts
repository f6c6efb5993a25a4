import { createChatCompletion } from '@/lib/endpoints/openai'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(createChatCompletion, (call) => call.services.openai.chat(call, call.body)),
})
