import { deletePerson, updatePerson } from '@/lib/api/endpoints/people'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  PATCH: route(updatePerson, async ({ params, body, services, note }) => {
    const person = await services.auth.people.update(params.id, body)
    note({ target: person.email, details: body })
    return person
  }),
  DELETE: route(deletePerson, async ({ params, services, note }) => {
    const { email } = await services.auth.people.remove(params.id)
    note({ target: email })
  }),
})
