import { deleteDownload, getDownload } from '@/lib/api/endpoints/downloads'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(getDownload, ({ services: { downloads }, params }) =>
    downloads.view(downloads.get(params.id)),
  ),
  DELETE: route(deleteDownload, async ({ services: { downloads }, params }) =>
    downloads.view(await downloads.cancel(params.id)),
  ),
})
