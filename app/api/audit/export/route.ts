import { toFile } from '@/lib/audit/export'
import { exportAudit } from '@/lib/endpoints/audit'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(exportAudit, ({ query: { format, ...filter }, services }) =>
    toFile(services.audit.all(filter), format),
  ),
})
