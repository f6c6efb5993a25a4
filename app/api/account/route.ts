import { toOwnAccount } from '@/lib/auth/account'
import { getAccount, updateAccount } from '@/lib/endpoints/accounts'
import { methods, route } from '@/lib/http'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(getAccount, async ({ caller, services }) =>
    toOwnAccount(await services.auth.account.get(caller)),
  ),
  PATCH: route(updateAccount, async ({ caller, body, services }) =>
    toOwnAccount(await services.auth.account.rename(caller, body.name)),
  ),
})
