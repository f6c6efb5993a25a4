import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '@/lib/db/open'
import { SCOPES, type Scope } from '@/lib/endpoints/endpoint'

const scopesSchema = z.array(z.enum(SCOPES))

/** How stale `last_used_at` may be, in milliseconds: a write for each request would cost more than it tells. */
const LAST_USED_PRECISION_MS = 60_000

export type VerifiedKey = {
  id: string
  userId: string | null
  role: 'admin' | 'user' | null
  scopes: readonly Scope[]
}

const sha256 = (text: string) => createHash('sha256').update(text).digest()

/** API keys: made, shown once, stored hashed, verified. */
export class ApiKeys {
  constructor(
    private readonly db: Db,
    /** RUNNEL_ADMIN_KEY: accepted as an admin's key, never stored. */
    private readonly adminKey: string | undefined,
  ) {}

  async exist(): Promise<boolean> {
    return (
      (await this.db.selectFrom('api_keys').select('id').limit(1).executeTakeFirst()) !== undefined
    )
  }

  /** Makes a key of 256 random bits and returns it; this is the only time that it can be seen. */
  async create(options: {
    userId: string | null
    name: string
    scopes: readonly Scope[]
  }): Promise<string> {
    const key = `rnl_${randomBytes(32).toString('base64url')}`
    await this.db
      .insertInto('api_keys')
      .values({
        id: randomUUID(),
        user_id: options.userId,
        name: options.name,
        hash: sha256(key).toString('hex'),
        prefix: key.slice(0, 8),
        scopes_json: JSON.stringify(options.scopes),
        created_at: Date.now(),
        expires_at: null,
        revoked_at: null,
        last_used_at: null,
      })
      .execute()
    return key
  }

  /** What a key may do, or null when it is unknown, revoked, expired or its owner is disabled. */
  async verify(key: string): Promise<VerifiedKey | null> {
    const hash = sha256(key)
    if (this.adminKey && timingSafeEqual(hash, sha256(this.adminKey)))
      return { id: 'environment', userId: null, role: 'admin', scopes: ['admin'] }
    const row = await this.db
      .selectFrom('api_keys')
      .leftJoin('users', 'users.id', 'api_keys.user_id')
      .select([
        'api_keys.id',
        'user_id',
        'scopes_json',
        'expires_at',
        'last_used_at',
        'role',
        'disabled',
      ])
      .where('hash', '=', hash.toString('hex'))
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
    const now = Date.now()
    if (!row || row.disabled || (row.expires_at !== null && row.expires_at <= now)) return null
    if (now - (row.last_used_at ?? 0) > LAST_USED_PRECISION_MS)
      await this.db
        .updateTable('api_keys')
        .set({ last_used_at: now })
        .where('id', '=', row.id)
        .execute()
    return {
      id: row.id,
      userId: row.user_id,
      role: row.role,
      scopes: scopesSchema.parse(JSON.parse(row.scopes_json)),
    }
  }
}
