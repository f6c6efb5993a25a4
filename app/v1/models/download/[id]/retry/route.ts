import { retryDownload } from '@/lib/endpoints/downloads'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(retryDownload, async ({ services: { downloads }, params }) =>
    downloads.view(await downloads.retry(params.id)),
  ),
})
