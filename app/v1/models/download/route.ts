import { listDownloads, startDownload } from '@/lib/api/endpoints/downloads'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(listDownloads, ({ services: { downloads } }) => ({
    downloads: downloads.all().map((job) => downloads.view(job)),
  })),
  POST: route(startDownload, async ({ services, caller, body }) => {
    const job = await services.downloads.start(body.model_ref, caller.userId)
    return { download_id: job.id, status: job.status, model_ref: job.modelRef }
  }),
})
