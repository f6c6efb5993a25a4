import { signOutPerson } from '@/lib/endpoints/people'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: route(signOutPerson, async ({ params, services, note }) => {
    const { email, ended } = await services.auth.people.signOut(params.id)
    note({ target: email, details: { ended } })
    return { ended }
  }),
})
