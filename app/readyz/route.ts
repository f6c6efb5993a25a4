import { readyz } from '@/lib/endpoints/server'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(readyz, async ({ services }) => {
    await services.checkReady()
    return { status: 'ready' }
  }),
})
