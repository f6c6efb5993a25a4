import { listModels } from '@/lib/endpoints/models'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(listModels, ({ services }) => services.models.list()),
})
