import { changePassword } from '@/lib/api/endpoints/accounts'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: route(changePassword, ({ caller, body, services, record }) =>
    services.auth.account.changePassword(caller, body, record),
  ),
})
