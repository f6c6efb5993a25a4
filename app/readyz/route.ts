import { readyz } from '@/lib/endpoints/server'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(readyz, async ({ services }) => {
    await services.checkReady()
    return { status: 'ready' }
  }),
})
