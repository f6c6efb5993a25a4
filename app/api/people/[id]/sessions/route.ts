import { signOutPerson } from '@/lib/endpoints/people'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: route(signOutPerson, async ({ params, services, note }) => {
    const { email, ended } = await services.auth.people.signOut(params.id)
    note({ target: email, details: { ended } })
    return { ended }
  }),
})
