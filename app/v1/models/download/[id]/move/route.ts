import { moveDownload } from '@/lib/endpoints/downloads'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(moveDownload, async ({ services: { downloads }, params, body }) =>
    downloads.view(await downloads.move(params.id, body.direction)),
  ),
})
