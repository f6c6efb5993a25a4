import { readyz } from '@/lib/api/endpoints/server'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(readyz, async ({ services }) => {
    await services.checkReady()
    return { status: 'ready' }
  }),
})
