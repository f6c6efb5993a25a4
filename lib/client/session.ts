import type { z } from 'zod'
import type { setUp, setUpBody } from '@/lib/api/endpoints/accounts'
import { api } from './api'
import { ClientError } from './client-error'

export type Credentials = { email: string; password: string }

/**
 * Starts a session in this browser.
 * @throws ClientError in the server's own words; only what it refuses as such is called a wrong password.
 */
export async function signIn({ email, password }: Credentials): Promise<void> {
  await submitAuthForm('callback/credentials', { email, password })
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
 * @throws ClientError when this server refuses or does not answer.
 */
export async function signInElsewhere(next: string): Promise<void> {
  window.location.assign(await submitAuthForm('signin/oidc', { callbackUrl: next }))
}

/**
 * Ends the session of this browser and goes to the sign-in page.
 * @throws ClientError when the session has not ended.
 */
export async function signOut(): Promise<void> {
  await submitAuthForm('signout', { callbackUrl: '/sign-in' })
  // A full load: nothing that was cached for one person may stay for the next.
  window.location.assign('/sign-in')
}

/**
 * Submits one of next-auth's forms, with its token against forgery. Its own client would do the same,
 * and bring a session cache and polling that no page here needs.
 * @returns where it leads
 * @throws ClientError when the server refuses or does not answer.
 */
async function submitAuthForm(
  path: 'callback/credentials' | 'signin/oidc' | 'signout',
  fields: Record<string, string>,
): Promise<string> {
  const token = await send('/api/auth/csrf')
  if (!token.ok) throw await ClientError.fromResponse(token)
  const { csrfToken } = await token.json()
  const body = new URLSearchParams({ ...fields, csrfToken, json: 'true' })
  const response = await send(`/api/auth/${path}`, { method: 'POST', body })
  const answer: { url?: string } | null = await response
    .clone()
    .json()
    .catch(() => null)
  const url = answer?.url
  const told = url ? new URL(url, 'http://runnel').searchParams : new URLSearchParams()
  if (told.get('error') === 'CredentialsSignin') throw wrongCredentials(response.status)
  if (!response.ok || !url) throw await ClientError.fromResponse(response)
  const refusal = told.get('error') ?? (told.has('csrf') ? 'csrf' : null)
  if (refusal) throw refused(refusal, response.status)
  return url
}

async function send(path: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init)
  } catch (cause) {
    throw ClientError.unreachable(cause)
  }
}

function wrongCredentials(status: number): ClientError {
  return new ClientError('The email or the password is not right.', {
    code: 'wrong_credentials',
    status,
    hint: 'Check both and try again.',
  })
}

/** next-auth says it in the address that it leads to: its token did not come back, or a word of its own. */
function refused(reason: string, status: number): ClientError {
  const [message, hint] =
    reason === 'csrf'
      ? [
          'The browser did not send the cookie of this form back.',
          'Allow cookies for this address, then try again.',
        ]
      : [`The server refused it: ${reason}.`, 'The log of the server says why.']
  return new ClientError(message, { code: 'sign_in_refused', status, hint })
}
