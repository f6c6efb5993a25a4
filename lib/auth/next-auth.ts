import type { NextAuthOptions } from 'next-auth'
import Credentials from 'next-auth/providers/credentials'
import { SESSION_COOKIE } from './session-cookie'
import { SESSION_SECONDS, type Sessions } from './sessions'
import type { Users } from './users'

type Dependencies = { users: Users; sessions: Sessions; secret: string; secureCookies: boolean }

/** next-auth signs people in; our own row for each session decides how long that holds. */
export function authOptions({
  users,
  sessions,
  secret,
  secureCookies,
}: Dependencies): NextAuthOptions {
  return {
    secret,
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    providers: [
      Credentials({
        credentials: { email: { type: 'email' }, password: { type: 'password' } },
        async authorize(given) {
          const user = given && (await users.verify(given.email, given.password))
          return user ? { id: user.id, name: user.name, email: user.email } : null
        },
      }),
    ],
    cookies: {
      sessionToken: {
        name: SESSION_COOKIE,
        options: { httpOnly: true, sameSite: 'lax', path: '/', secure: secureCookies },
      },
    },
    callbacks: {
      async jwt({ token, user }) {
        return user ? { sub: user.id, sid: await sessions.create(user.id) } : token
      },
    },
    events: {
      async signOut({ token }) {
        if (typeof token.sid === 'string') await sessions.end(token.sid)
      },
    },
  }
}
