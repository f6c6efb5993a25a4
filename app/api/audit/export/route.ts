import { toFile } from '@/lib/audit/export'
import { exportAudit } from '@/lib/endpoints/audit'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(exportAudit, ({ query: { format, ...filter }, services }) =>
    toFile(services.audit.all(filter), format),
  ),
})
