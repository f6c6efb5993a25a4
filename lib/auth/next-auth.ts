import type { NextAuthOptions } from 'next-auth'
import Credentials from 'next-auth/providers/credentials'
import { z } from 'zod'
import type { Db } from '@/lib/platform/db/open'
import { AppError, fromUnknown, isAppError } from '@/lib/platform/errors'
import { type Identities, type OidcProfile, oidcProfile } from './identities'
import type { Attempt, AttemptGuard } from './limits/sign-in-guard'
import { SESSION_COOKIE, SESSION_SECONDS, type Sessions } from './sessions'
import type { Users } from './users'

export type OidcSettings = { issuer: string; clientId: string; clientSecret: string; name: string }

export type SignInServices = {
  users: Users
  sessions: Sessions
  identities: Identities | null
  guard: AttemptGuard
  secret: string
  oidc: OidcSettings | undefined
  /** Writes down that somebody signed in or out, or was refused; in a transaction when one is given. */
  record(action: string, actor: { userId: string | null; label: string }, tx?: Db): Promise<void>
  /** Logs what next-auth complains about. */
  warn(code: string, metadata?: unknown): void
}

/** The request that signs in. */
export type SignInRequest = {
  address: string
  userAgent: string | null
  overTls: boolean
  /** The session that it shows, and whose that is. */
  session: { id: string; email: string } | null
  /** Called with why nobody was let in; next-auth itself can only say that something was wrong. */
  onRefused(error: AppError): void
}

/** next-auth signs people in; our own row for each session decides how long that holds. */
export function authOptions(by: SignInServices, from: SignInRequest): NextAuthOptions {
  const proof: Proof = {}
  return {
    secret: by.secret,
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    // The default would print what was sent along with what failed.
    logger: { error: by.warn, warn: by.warn, debug: () => {} },
    providers: [passwordProvider(by, from, proof), ...(by.oidc ? [oidcProvider(by.oidc)] : [])],
    cookies: {
      sessionToken: {
        name: SESSION_COOKIE,
        options: { httpOnly: true, sameSite: 'lax', path: '/', secure: from.overTls },
      },
    },
    callbacks: callbacks(by, from, proof),
    events: {
      async signOut({ token }) {
        if (typeof token.sid !== 'string') return
        const user = await by.sessions.userOf(token.sid)
        if (!user) return
        const actor = { userId: user.id, label: user.email }
        await by.sessions.end(user.id, token.sid, (tx) => by.record('session.end', actor, tx))
      },
    },
  }
}

/** What next-auth carries from the one who looks at a password to the one who starts the session, for one request. */
type Proof = { passwordHash?: string | null }

function callbacks(
  by: SignInServices,
  from: SignInRequest,
  proof: Proof,
): NextAuthOptions['callbacks'] {
  return {
    async signIn({ account, profile }) {
      if (account?.provider !== 'oidc') return true
      const given = oidcProfile.safeParse(profile).data
      const result = given && (await by.identities?.signIn(given))
      if (result?.kind === 'user') return true
      await by.record('session.refused', { userId: null, label: given?.email ?? 'somebody' })
      return `/sign-in?error=${result?.code ?? 'no_account'}`
    },
    async jwt({ token, user, account }) {
      if (!user) return token
      const known =
        account?.provider === 'oidc'
          ? await by.identities?.userOf(account.providerAccountId)
          : await by.users.get(user.id)
      if (!known) throw new AppError('This account is closed.', { code: 'closed', status: 403 })
      const actor = { userId: known.id, label: known.email }
      try {
        const sid = await by.sessions.create(known.id, { ...from, ...proof }, (tx) =>
          by.record('session.start', actor, tx),
        )
        return { sub: known.id, sid }
      } catch (error) {
        from.onRefused(fromUnknown(error))
        throw error
      }
    },
  }
}

/** What is typed in, or sent instead: a form, or JSON of any shape. */
const credentials = z.object({ email: z.string().max(200), password: z.string().max(1000) })

function passwordProvider(
  { users, guard, record }: SignInServices,
  from: SignInRequest,
  proof: Proof,
) {
  const mayTry = async (attempt: Attempt) => {
    try {
      await guard.attempt(attempt)
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
      if (!email || !password) return null
      const session =
        from.session?.email === email.trim().toLowerCase() ? from.session.id : undefined
      const attempt = { account: email, address: from.address, session }
      if (!(await mayTry(attempt))) return null
      const user = await users.verify(email, password)
      if (!user) {
        await record('session.refused', { userId: null, label: email })
        return null
      }
      await guard.succeeded(attempt)
      proof.passwordHash = user.password_hash
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
