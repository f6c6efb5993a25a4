import { tokenize } from '@/lib/endpoints/inference'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(tokenize, ({ services, body }) => services.infer.tokenize(body)),
})
