import { deleteInvite } from '@/lib/api/endpoints/people'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: route(deleteInvite, ({ params, services, record }) =>
    services.auth.invites.remove(params.id, record),
  ),
})
