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

/** Which account belongs to whom at the OpenID provider. */
export class Identities {
  constructor(
    private readonly db: Db,
    private readonly users: Users,
    private readonly options: {
      issuer: string
      /** Whether somebody without an account gets one. */
      signUp: boolean
    },
  ) {}

  /** The account of a subject that has signed in before, or null, also when it is disabled. */
  async userOf(subject: string): Promise<User | null> {
    const row = await this.db
      .selectFrom('identities')
      .innerJoin('users', 'users.id', 'identities.user_id')
      .selectAll('users')
      .where('issuer', '=', this.options.issuer)
      .where('subject', '=', subject)
      .where('disabled', '=', 0)
      .executeTakeFirst()
    return row ?? null
  }

  /**
   * Lets somebody in. The first time, the email address leads to the account, and only when the provider has verified
   * it: otherwise anybody could claim anybody's.
   * @returns null when they have no account here and may not make one.
   */
  async signIn({ sub, email, email_verified, name }: OidcProfile): Promise<User | null> {
    const known = await this.userOf(sub)
    if (known) return known
    if (!email || email_verified !== true) return null
    const existing = await this.users.byEmail(email)
    if (existing?.disabled) return null
    if (!existing && !(this.options.signUp && (await this.users.exist()))) return null
    const user =
      existing ??
      (await this.users.create({ email, name: name ?? email, role: 'user', password: null }))
    const linked = await this.db
      .insertInto('identities')
      .values({
        issuer: this.options.issuer,
        subject: sub,
        user_id: user.id,
        created_at: Date.now(),
      })
      .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing())
      .returning('user_id')
      .executeTakeFirst()
    return linked ? user : null
  }
}
