import { ClientError } from './client-error'

/** What next-auth answers: where it would lead, with the error in that address when it refused. */
type AuthAnswer = { status: number; url: string | undefined; failed: boolean }

/**
 * Submits one of next-auth's forms, with its token against forgery. Its own client would do the same,
 * and bring a session cache and polling that no page here needs.
 * @throws ClientError when this server does not answer.
 */
export async function submitAuthForm(
  path: 'callback/credentials' | 'signin/oidc' | 'signout',
  fields: Record<string, string>,
): Promise<AuthAnswer> {
  try {
    const { csrfToken } = await (await fetch('/api/auth/csrf')).json()
    const response = await fetch(`/api/auth/${path}`, {
      method: 'POST',
      body: new URLSearchParams({ ...fields, csrfToken, json: 'true' }),
    })
    const answer: { url?: string } | null = await response.json().catch(() => null)
    const url = answer?.url
    return { status: response.status, url, failed: !response.ok || !url || /[?&]error=/.test(url) }
  } catch (cause) {
    throw ClientError.unreachable(cause)
  }
}

/** Ends the session of this browser and goes to the sign-in page. */
export async function signOut(): Promise<void> {
  await submitAuthForm('signout', { callbackUrl: '/sign-in' })
  // A full load: nothing that was cached for one person may stay for the next.
  window.location.assign('/sign-in')
}
