import { healthz } from '@/lib/endpoints/server'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(healthz, () => ({ status: 'ok' })),
})
