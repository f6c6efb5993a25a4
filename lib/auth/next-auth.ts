import type { NextAuthOptions } from 'next-auth'
import Credentials from 'next-auth/providers/credentials'
import { z } from 'zod'
import { AppError, isAppError } from '@/lib/platform/errors'
import type { AttemptGuard } from './account'
import { type Identities, type OidcProfile, oidcProfile } from './identities'
import { SESSION_COOKIE } from './session-cookie'
import { SESSION_SECONDS, type Sessions } from './sessions'
import type { Users } from './users'

export type OidcSettings = { issuer: string; clientId: string; clientSecret: string; name: string }

export type SignInServices = {
  users: Users
  sessions: Sessions
  identities: Identities | null
  guard: AttemptGuard
  secret: string
  oidc: OidcSettings | undefined
  /** Tells that somebody signed in or out, or was refused. */
  record(action: string, actor: { userId: string | null; label: string }): Promise<void>
  /** Logs what next-auth complains about. */
  warn(code: string, metadata?: unknown): void
}

/** The request that signs in. */
export type SignInRequest = {
  address: string
  userAgent: string | null
  overTls: boolean
  /** Called when too many attempts were made: next-auth itself can only say that one was wrong. */
  onRefused(error: AppError): void
}

/** next-auth signs people in; our own row for each session decides how long that holds. */
export function authOptions(by: SignInServices, from: SignInRequest): NextAuthOptions {
  return {
    secret: by.secret,
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    // The default would print what was sent along with what failed.
    logger: { error: by.warn, warn: by.warn, debug: () => {} },
    providers: [passwordProvider(by, from), ...(by.oidc ? [oidcProvider(by.oidc)] : [])],
    cookies: {
      sessionToken: {
        name: SESSION_COOKIE,
        options: { httpOnly: true, sameSite: 'lax', path: '/', secure: from.overTls },
      },
    },
    callbacks: callbacks(by, from),
    events: {
      async signOut({ token }) {
        if (typeof token.sid !== 'string') return
        const user = await by.sessions.userOf(token.sid)
        await by.sessions.end(token.sid)
        if (user) await by.record('session.end', { userId: user.id, label: user.email })
      },
    },
  }
}

function callbacks(by: SignInServices, from: SignInRequest): NextAuthOptions['callbacks'] {
  return {
    async signIn({ account, profile }) {
      if (account?.provider !== 'oidc') return true
      const given = oidcProfile.safeParse(profile).data
      const user = given ? await by.identities?.signIn(given) : null
      if (user) return true
      await by.record('session.refused', { userId: null, label: given?.email ?? 'somebody' })
      return '/sign-in?error=no_account'
    },
    async jwt({ token, user, account }) {
      if (!user) return token
      const known =
        account?.provider === 'oidc'
          ? await by.identities?.userOf(account.providerAccountId)
          : await by.users.get(user.id)
      if (!known) throw new AppError('This account is closed.', { code: 'closed', status: 403 })
      const sid = await by.sessions.create(known.id, from)
      await by.record('session.start', { userId: known.id, label: known.email })
      return { sub: known.id, sid }
    },
  }
}

/** What is typed in, or sent instead: a form, or JSON of any shape. */
const credentials = z.object({ email: z.string().max(200), password: z.string().max(1000) })

function passwordProvider({ users, guard, record }: SignInServices, from: SignInRequest) {
  const mayTry = (email: string) => {
    try {
      guard.attempt(email, from.address)
      return true
    } catch (error) {
      if (!isAppError(error)) throw error
      from.onRefused(error)
      return false
    }
  }
  return Credentials({
    credentials: { email: { type: 'email' }, password: { type: 'password' } },
    async authorize(given) {
      const { email, password } = credentials.safeParse(given).data ?? {}
      if (!email || !password || !mayTry(email)) return null
      const user = await users.verify(email, password)
      if (!user) {
        await record('session.refused', { userId: null, label: email })
        return null
      }
      guard.succeeded(email, from.address)
      return { id: user.id, name: user.name, email: user.email }
    },
  })
}

function oidcProvider({ issuer, clientId, clientSecret, name }: OidcSettings) {
  return {
    id: 'oidc',
    name,
    type: 'oauth' as const,
    issuer,
    wellKnown: `${issuer}/.well-known/openid-configuration`,
    authorization: { params: { scope: 'openid email profile' } },
    clientId,
    clientSecret,
    idToken: true,
    checks: ['pkce' as const, 'state' as const, 'nonce' as const],
    profile: ({ sub, name: full, email }: OidcProfile) => ({
      id: sub,
      name: full ?? null,
      email: email ?? null,
    }),
  }
}
