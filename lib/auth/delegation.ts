import type { Db } from '@/lib/platform/db/open'
import { AppError } from '@/lib/platform/errors'
import { type Caller, keyIdOf } from './caller'

/** Who hands something on, and with what. */
export type Grantor = Pick<Caller, 'userId' | 'credential'>

/**
 * Looks once more at who hands something on, in the transaction that keeps it: since the request was let in, the account
 * may have been deleted, closed or demoted, and the key revoked. What ends them later ends what is kept, too.
 * @param role What the grantor has to be.
 * @throws AppError 401 `account_closed` or `key_revoked`; 403 `insufficient_scope`.
 */
export async function checkGrantor(
  tx: Db,
  grantor: Grantor,
  role: 'admin' | 'user',
): Promise<void> {
  const keyId = keyIdOf(grantor)
  if (keyId !== null && keyId !== 'environment') {
    const key = await tx
      .selectFrom('api_keys')
      .select('revoked_at')
      .where('id', '=', keyId)
      .executeTakeFirst()
    if (!key || key.revoked_at !== null)
      throw ended('This key was revoked meanwhile.', 'key_revoked')
  }
  if (grantor.userId === null) return
  const account = await tx
    .selectFrom('users')
    .select(['role', 'disabled'])
    .where('id', '=', grantor.userId)
    .executeTakeFirst()
  if (!account || account.disabled)
    throw ended('This account was closed meanwhile.', 'account_closed')
  if (role === 'admin' && account.role !== 'admin')
    throw new AppError('You are no admin any more.', {
      code: 'insufficient_scope',
      status: 403,
      hint: 'Ask an admin.',
    })
}

function ended(message: string, code: string): AppError {
  return new AppError(message, { code, status: 401, hint: 'Nothing was made. Ask an admin.' })
}
