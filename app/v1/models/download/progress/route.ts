import { downloadProgress } from '@/lib/api/endpoints/downloads'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(downloadProgress, ({ request, services, caller, query }) => {
    const narrow = { downloadId: query.download_id, modelRef: query.model_ref }
    return services.sse.subscribe(request, services.downloads.progress(narrow), {
      client: caller.client,
      name: 'downloads',
      pingMs: 60_000,
    })
  }),
})
