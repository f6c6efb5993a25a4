import { deletePerson, updatePerson } from '@/lib/api/endpoints/people'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  PATCH: route(updatePerson, ({ params, body, services, record }) =>
    services.auth.people.update(params.id, body, record),
  ),
  DELETE: route(deletePerson, ({ params, services, record }) =>
    services.auth.people.remove(params.id, record),
  ),
})
