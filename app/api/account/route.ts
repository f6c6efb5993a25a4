import { toOwnAccount } from '@/lib/auth/account'
import { getAccount, updateAccount } from '@/lib/endpoints/accounts'
import { route } from '@/lib/http'
import { methods } from '@/lib/http/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: route(getAccount, async ({ caller, services }) =>
    toOwnAccount(await services.auth.account.get(caller)),
  ),
  PATCH: route(updateAccount, async ({ caller, body, services }) =>
    toOwnAccount(await services.auth.account.rename(caller, body.name)),
  ),
})
