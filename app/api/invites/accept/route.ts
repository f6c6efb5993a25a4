import { acceptInvite } from '@/lib/endpoints/accounts'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(acceptInvite, async ({ body, services, note }) => {
    const { id, email, name } = await services.auth.invites.accept(body)
    note({ target: email, actor: { userId: id, label: email } })
    return { id, email, name }
  }),
})
