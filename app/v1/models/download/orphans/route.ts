import { clearOrphans, listOrphans } from '@/lib/api/endpoints/downloads'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(listOrphans, async ({ services }) => {
    const orphans = await services.downloads.orphans.list()
    return {
      bytes: orphans.reduce((sum, orphan) => sum + orphan.bytes, 0),
      orphans: orphans.map(({ path, bytes, modifiedAt }) => ({
        path,
        bytes,
        modified_at: new Date(modifiedAt).toISOString(),
      })),
    }
  }),
  DELETE: route(clearOrphans, async ({ services, query }) => ({
    freed_bytes: await services.downloads.orphans.clear(query.path),
  })),
})
