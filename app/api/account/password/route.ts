import { changePassword } from '@/lib/endpoints/accounts'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(changePassword, ({ caller, body, services }) =>
    services.auth.account.changePassword(caller, body.current, body.next),
  ),
})
