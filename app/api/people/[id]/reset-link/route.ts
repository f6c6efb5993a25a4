import { createResetLink } from '@/lib/endpoints/people'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(createResetLink, async ({ caller, params, request, services, note }) => {
    const made = await services.auth.invites.createReset(params.id, caller.userId)
    note({ target: made.email ?? params.id })
    return services.auth.links.show(made, request)
  }),
})
