import { changePassword } from '@/lib/endpoints/accounts'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(changePassword, ({ caller, body, services }) =>
    services.auth.account.changePassword(caller, body.current, body.next),
  ),
})
