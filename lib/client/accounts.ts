import type { z } from 'zod'
import type { setUp, setUpBody } from '@/lib/api/endpoints/accounts'
import { api } from './api'
import { ClientError } from './client-error'
import { submitAuthForm } from './session'

export type Credentials = { email: string; password: string }

/**
 * Starts a session in this browser.
 * @throws ClientError when the account or the password is wrong, or too many were tried.
 */
export async function signIn({ email, password }: Credentials): Promise<void> {
  const { status, failed } = await submitAuthForm('callback/credentials', { email, password })
  if (!failed) return
  if (status === 429)
    throw new ClientError('Too many attempts.', {
      code: 'too_many_attempts',
      status,
      hint: 'Wait a minute, then try again.',
    })
  throw new ClientError('The email or the password is not right.', {
    code: 'wrong_credentials',
    status,
    hint: 'Check both and try again.',
  })
}

/**
 * Creates the first admin and signs in as them.
 * @throws ClientError when the link is used up, or a field is wrong.
 */
export async function setUpAndSignIn(account: z.input<typeof setUpBody>): Promise<void> {
  await api<typeof setUp>('POST /api/setup', { body: account })
  await signIn(account)
}

/**
 * Goes to the OpenID provider to sign in there; comes back to `next`, a path of this server.
 * @throws ClientError when this server does not answer.
 */
export async function signInElsewhere(next: string): Promise<void> {
  const { url } = await submitAuthForm('signin/oidc', { callbackUrl: next })
  window.location.assign(url ?? '/sign-in')
}
