import { openapi } from '@/lib/endpoints/server'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'
import { openApiDocument } from '@/lib/openapi/document'
import { orderedEndpoints } from '@/lib/openapi/order'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(openapi, () => openApiDocument(orderedEndpoints())),
})
