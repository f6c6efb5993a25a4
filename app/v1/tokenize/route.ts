import { tokenize } from '@/lib/endpoints/inference'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(tokenize, ({ services, body }) => services.infer.tokenize(body)),
})
