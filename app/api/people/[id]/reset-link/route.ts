import { createResetLink } from '@/lib/api/endpoints/people'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(createResetLink, async ({ caller, params, request, services, record }) => {
    const made = await services.auth.invites.createReset(caller, params.id, record)
    return services.auth.links.show(made, request)
  }),
})
