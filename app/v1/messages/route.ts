import { createMessage } from '@/lib/api/endpoints/anthropic'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(createMessage, (call) => call.services.anthropic.create(call, call.body)),
})
