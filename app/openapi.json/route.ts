import { openapi } from '@/lib/api/endpoints/server'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'
import { openApiDocument } from '@/lib/api/openapi/document'
import { orderedEndpoints } from '@/lib/api/openapi/order'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(openapi, () => openApiDocument(orderedEndpoints())),
})
