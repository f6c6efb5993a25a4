import { listPeople } from '@/lib/endpoints/people'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(listPeople, async ({ services }) => ({ people: await services.auth.people.list() })),
})
