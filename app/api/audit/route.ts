import { toEntry } from '@/lib/audit/export'
import { listAudit } from '@/lib/endpoints/audit'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

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
