import { deleteInvite } from '@/lib/endpoints/people'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: route(deleteInvite, async ({ params, services, note }) => {
    const { email } = await services.auth.invites.remove(params.id)
    note({ target: email ?? params.id })
  }),
})
