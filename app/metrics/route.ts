import { metrics } from '@/lib/api/endpoints/server'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(metrics, async ({ services }) => {
    const { text, contentType } = await services.metrics.expose()
    return new Response(text, { headers: { 'Content-Type': contentType } })
  }),
})
