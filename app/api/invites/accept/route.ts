import { acceptInvite } from '@/lib/api/endpoints/accounts'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(acceptInvite, async ({ body, services, record }) => {
    const { id, email, name } = await services.auth.invites.accept(body, record)
    return { id, email, name }
  }),
})
