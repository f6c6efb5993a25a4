import { createInvite, listInvites } from '@/lib/api/endpoints/people'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(listInvites, async ({ services }) => ({
    invites: await services.auth.invites.list(),
  })),
  POST: route(createInvite, async ({ caller, body, request, services, record }) => {
    const made = await services.auth.invites.create(caller, body, record)
    return services.auth.links.show(made, request)
  }),
})
