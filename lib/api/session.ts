import { cookies } from 'next/headers'
import { SESSION_COOKIE, sessionIdOf } from '@/lib/auth/sessions'
import { services } from '@/lib/services'

export type CurrentUser = {
  id: string
  name: string
  email: string
  role: 'admin' | 'user'
  /** False when the account signs in elsewhere. */
  hasPassword: boolean
}

/** Who is looking at this page, for server components; null when nobody is signed in. */
export async function currentUser(): Promise<CurrentUser | null> {
  const { auth } = services()
  const cookie = (await cookies()).get(SESSION_COOKIE)?.value
  const sessionId = await sessionIdOf(cookie, auth.secret)
  const user = sessionId ? await auth.sessions.userOf(sessionId) : null
  if (!user) return null
  const { id, name, email, role, password_hash } = user
  return { id, name, email, role, hasPassword: password_hash !== null }
}
