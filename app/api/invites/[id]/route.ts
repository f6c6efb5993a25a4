import { deleteInvite } from '@/lib/endpoints/people'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: route(deleteInvite, async ({ params, services, note }) => {
    const { email } = await services.auth.invites.remove(params.id)
    note({ target: email ?? params.id })
  }),
})
