import { getSystem } from '@/lib/endpoints/models'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(getSystem, ({ services }) => services.models.system()),
})
