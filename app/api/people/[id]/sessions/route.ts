import { signOutPerson } from '@/lib/api/endpoints/people'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: route(signOutPerson, async ({ params, services, record }) => ({
    ended: await services.auth.people.signOut(params.id, record),
  })),
})
