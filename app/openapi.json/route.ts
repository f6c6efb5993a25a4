import { ENDPOINTS } from '@/lib/endpoints'
import { openapi } from '@/lib/endpoints/server'
import { methods, route } from '@/lib/http'
import { openApiDocument } from '@/lib/openapi/document'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(openapi, () => openApiDocument(ENDPOINTS)),
})
