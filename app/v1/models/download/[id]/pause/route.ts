import { pauseDownload } from '@/lib/api/endpoints/downloads'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(pauseDownload, async ({ services: { downloads }, params }) =>
    downloads.view(await downloads.pause(params.id)),
  ),
})
