import { acceptInvite } from '@/lib/api/endpoints/accounts'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(acceptInvite, async ({ body, services, note }) => {
    const { id, email, name } = await services.auth.invites.accept(body)
    note({ target: email, actor: { userId: id, label: email } })
    return { id, email, name }
  }),
})
