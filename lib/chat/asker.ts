import type { Caller } from '@/lib/auth/caller'
import { AppError } from '@/lib/platform/errors'
import type { Asker } from './types'

/**
 * Whose conversations a request is about.
 * @throws AppError 403 for a caller without an account, such as a key that belongs to nobody.
 */
export function askerOf({ userId, client }: Pick<Caller, 'userId' | 'client'>): Asker {
  if (userId !== null) return { userId, client }
  throw new AppError('Conversations belong to an account, and this caller has none.', {
    code: 'account_required',
    status: 403,
    hint: 'Sign in at the dashboard.',
  })
}
