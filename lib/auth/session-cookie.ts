import type { JWT } from 'next-auth/jwt'
import { decode } from 'next-auth/jwt'

/** Named here once: next-auth's own default changes with the address, and then sign-in and check disagree. */
export const SESSION_COOKIE = 'runnel.session'

/** The id of the session that a cookie's value names, when our secret signed it. */
export async function sessionIdOf(
  cookie: string | undefined,
  secret: string,
): Promise<string | null> {
  if (!cookie) return null
  try {
    const token: JWT | null = await decode({ token: cookie, secret })
    return typeof token?.sid === 'string' ? token.sid : null
  } catch {
    // A forged, foreign or expired token is the same as none.
    return null
  }
}

/** One cookie out of a `Cookie` header, as it was sent: a session token has nothing that needs decoding. */
export function readCookie(header: string | null, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [key, value] = pair.trim().split('=', 2)
    if (key === name && value) return value
  }
  return undefined
}
