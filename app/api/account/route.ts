import { getAccount, updateAccount } from '@/lib/api/endpoints/accounts'
import { route } from '@/lib/api/http'
import { methods } from '@/lib/api/methods'
import { toOwnAccount } from '@/lib/auth/account'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(getAccount, async ({ caller, services }) =>
    toOwnAccount(await services.auth.account.get(caller)),
  ),
  PATCH: route(updateAccount, async ({ caller, body, services }) =>
    toOwnAccount(await services.auth.account.rename(caller, body.name)),
  ),
})
