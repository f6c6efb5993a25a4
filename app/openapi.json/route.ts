import { openapi } from '@/lib/api/endpoints/server'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'
import { describeApi } from '@/lib/api/openapi/document'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(
    openapi,
    () => new Response(describeApi(), { headers: { 'Content-Type': 'application/json' } }),
  ),
})
