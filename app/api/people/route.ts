import { listPeople } from '@/lib/endpoints/people'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(listPeople, async ({ services }) => ({ people: await services.auth.people.list() })),
})
