import { setUp } from '@/lib/api/endpoints/accounts'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(setUp, async ({ body: { token, ...user }, services, record }) => {
    const { id, email, name } = await services.auth.setUp.createAdmin(token, user, record)
    return { id, email, name }
  }),
})
