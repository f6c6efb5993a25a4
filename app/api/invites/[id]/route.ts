import { deleteInvite } from '@/lib/api/endpoints/people'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: route(deleteInvite, async ({ params, services, note }) => {
    const { email } = await services.auth.invites.remove(params.id)
    note({ target: email ?? params.id })
  }),
})
