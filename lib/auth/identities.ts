import { z } from 'zod'
import type { Db } from '@/lib/platform/db/open'
import type { User } from '@/lib/platform/db/schema'
import { shortName } from './schemas'
import type { Users } from './users'

/** What an OpenID provider says about somebody (OpenID Connect Core 1.0, §5.1). */
export const oidcProfile = z.object({
  sub: z.string().min(1),
  email: z.email().optional().catch(undefined),
  email_verified: z.boolean().optional().catch(undefined),
  name: shortName.optional().catch(undefined),
})
export type OidcProfile = z.infer<typeof oidcProfile>

/** How a sign-in at the provider ends: with an account, or why there is none. */
export type OidcSignIn =
  | { kind: 'user'; user: User }
  | {
      kind: 'refused'
      /** `unverified_account`: nobody has vouched that the account of this address is this person's. */
      code: 'no_account' | 'unverified_account'
    }

/** Which account belongs to whom at the OpenID provider. */
export class Identities {
  readonly #db: Db
  readonly #users: Users
  readonly #issuer: string
  readonly #signUp: boolean

  /** @param options `signUp`: whether somebody without an account gets one. */
  constructor(db: Db, users: Users, options: { issuer: string; signUp: boolean }) {
    this.#db = db
    this.#users = users
    this.#issuer = options.issuer
    this.#signUp = options.signUp
  }

  /** The account of a subject that has signed in before, or null, also when it is disabled. */
  async userOf(subject: string): Promise<User | null> {
    const row = await this.#db
      .selectFrom('identities')
      .innerJoin('users', 'users.id', 'identities.user_id')
      .selectAll('users')
      .where('issuer', '=', this.#issuer)
      .where('subject', '=', subject)
      .where('disabled', '=', 0)
      .executeTakeFirst()
    return row ?? null
  }

  /**
   * Lets somebody in. The first time the email address leads to the account, when both sides are sure of it: the
   * provider has verified that it is theirs, and somebody has vouched that it is the account's. With the one alone
   * anybody could claim anybody's account, with the other alone wait in one that has the address of a stranger. An
   * account has one owner at a provider: an address that was given to somebody else there opens nothing here.
   */
  async signIn({ sub, email, email_verified, name }: OidcProfile): Promise<OidcSignIn> {
    const known = await this.userOf(sub)
    if (known) return { kind: 'user', user: known }
    if (!email || email_verified !== true) return refused('no_account')
    return this.#db.transaction().execute(async (tx) => {
      const existing = await this.#users.byEmail(email, tx)
      if (existing?.disabled) return refused('no_account')
      if (existing && !(await this.#mayJoin(existing, tx))) return refused('unverified_account')
      if (!existing && !(this.#signUp && (await this.#users.exist(tx))))
        return refused('no_account')
      const draft = { email, name: name ?? email, role: 'user', password_hash: null } as const
      const user = existing ?? (await this.#users.create({ ...draft, emailVerified: true }, tx))
      const linked = await tx
        .insertInto('identities')
        .values({
          issuer: this.#issuer,
          subject: sub,
          user_id: user.id,
          created_at: Date.now(),
        })
        .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing())
        .returning('user_id')
        .executeTakeFirst()
      return linked ? { kind: 'user', user } : refused('no_account')
    })
  }

  async #mayJoin({ id, email_verified }: User, tx: Db): Promise<boolean> {
    if (!email_verified) return false
    const other = await tx
      .selectFrom('identities')
      .select('subject')
      .where('issuer', '=', this.#issuer)
      .where('user_id', '=', id)
      .executeTakeFirst()
    return other === undefined
  }
}

function refused(code: 'no_account' | 'unverified_account'): OidcSignIn {
  return { kind: 'refused', code }
}
