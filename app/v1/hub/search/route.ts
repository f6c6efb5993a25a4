import { searchHub } from '@/lib/endpoints/hub'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(searchHub, ({ services, query, signal }) => services.hub.search(query, signal)),
})
