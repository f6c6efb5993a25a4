import { listAudit } from '@/lib/api/endpoints/activity'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'
import { toEntry } from '@/lib/telemetry/audit/export'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(listAudit, async ({ query: { limit, ...filter }, services }) => {
    const rows = await services.audit.list(filter, limit)
    return {
      entries: rows.map(toEntry),
      next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null,
    }
  }),
})
