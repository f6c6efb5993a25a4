import { exportAudit } from '@/lib/api/endpoints/activity'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'
import { toFile } from '@/lib/telemetry/audit/export'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(exportAudit, ({ query: { format, ...filter }, services }) =>
    toFile(services.audit.all(filter), format),
  ),
})
