import { moveDownload } from '@/lib/api/endpoints/downloads'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(moveDownload, async ({ services: { downloads }, params, body }) =>
    downloads.view(await downloads.move(params.id, body.direction)),
  ),
})
