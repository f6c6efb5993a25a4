import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '@/lib/platform/db/open'
import type { ApiKey } from '@/lib/platform/db/schema'
import type { KeyQuota } from './caller'
import { SCOPES, type Scope } from './constants'

const scopesSchema = z.array(z.enum(SCOPES))

/** How stale `last_used_at` may be, in milliseconds: a write for each request would cost more than it tells. */
const LAST_USED_PRECISION_MS = 60_000

/** How long a key that was revoked or has expired is listed, in milliseconds. */
const KEEP_ENDED_MS = 90 * 86_400_000

const NO_QUOTA: KeyQuota = { requestsPerMinute: null, tokensPerDay: null, maxStreams: null }

export type NewKey = {
  userId: string | null
  name: string
  scopes: readonly Scope[]
  /** Milliseconds since 1970; null never expires. */
  expiresAt?: number | null
  quota?: KeyQuota
}

export type VerifiedKey = {
  id: string
  name: string
  userId: string | null
  /** The owner's; null when there is none. */
  role: 'admin' | 'user' | null
  email: string | null
  scopes: readonly Scope[]
  expiresAt: number | null
  quota: KeyQuota
}

const sha256 = (text: string) => createHash('sha256').update(text).digest()

/** The scopes that a row of the table holds. */
export function scopesOf(row: Pick<ApiKey, 'scopes_json'>): Scope[] {
  return scopesSchema.parse(JSON.parse(row.scopes_json))
}

/** API keys: made, shown once, stored hashed, verified. */
export class ApiKeys {
  readonly #db: Db
  readonly #adminKey: string | undefined

  /** @param adminKey RUNNEL_ADMIN_KEY: accepted as an admin's key, never stored. */
  constructor(db: Db, adminKey: string | undefined) {
    this.#db = db
    this.#adminKey = adminKey
  }

  async exist(): Promise<boolean> {
    return (
      (await this.#db.selectFrom('api_keys').select('id').limit(1).executeTakeFirst()) !== undefined
    )
  }

  /** Makes a key of 256 random bits and returns it; this is the only time that it can be seen. */
  async create(options: NewKey): Promise<string> {
    return (await this.createRow(options)).key
  }

  /** Makes a key and returns it with the row that stands for it. */
  async createRow(
    { userId, name, scopes, expiresAt = null, quota = NO_QUOTA }: NewKey,
    tx: Db = this.#db,
  ) {
    const key = `rnl_${randomBytes(32).toString('base64url')}`
    const row: ApiKey = {
      id: randomUUID(),
      user_id: userId,
      name,
      hash: sha256(key).toString('hex'),
      prefix: key.slice(0, 8),
      scopes_json: JSON.stringify(scopes),
      created_at: Date.now(),
      expires_at: expiresAt,
      revoked_at: null,
      last_used_at: null,
      requests_per_minute: quota.requestsPerMinute,
      tokens_per_day: quota.tokensPerDay,
      max_streams: quota.maxStreams,
    }
    await tx.insertInto('api_keys').values(row).execute()
    return { key, row }
  }

  /** What a key may do, or null when it is unknown, revoked, expired or its owner is disabled. */
  async verify(key: string): Promise<VerifiedKey | null> {
    const hash = sha256(key)
    if (this.#adminKey && timingSafeEqual(hash, sha256(this.#adminKey))) return ENVIRONMENT_KEY
    const row = await this.#db
      .selectFrom('api_keys')
      .leftJoin('users', 'users.id', 'api_keys.user_id')
      .selectAll('api_keys')
      .select(['users.role', 'users.email', 'users.disabled'])
      .where('hash', '=', hash.toString('hex'))
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
    const now = Date.now()
    if (!row || row.disabled || (row.expires_at !== null && row.expires_at <= now)) return null
    await this.#touch(row, now)
    return {
      id: row.id,
      name: row.name,
      userId: row.user_id,
      role: row.role,
      email: row.email,
      // A key never reaches further than its owner does now, whatever they could when they made it.
      scopes: scopesOf(row).filter((scope) => scope !== 'admin' || row.role !== 'user'),
      expiresAt: row.expires_at,
      quota: {
        requestsPerMinute: row.requests_per_minute,
        tokensPerDay: row.tokens_per_day,
        maxStreams: row.max_streams,
      },
    }
  }

  /** Removes keys that have ended so long ago that nobody asks for them any more. */
  async prune(now: number): Promise<void> {
    const before = now - KEEP_ENDED_MS
    await this.#db
      .deleteFrom('api_keys')
      .where((key) => key.or([key('revoked_at', '<', before), key('expires_at', '<', before)]))
      .execute()
  }

  async #touch(row: Pick<ApiKey, 'id' | 'last_used_at'>, now: number): Promise<void> {
    if (now - (row.last_used_at ?? 0) <= LAST_USED_PRECISION_MS) return
    await this.#db
      .updateTable('api_keys')
      .set({ last_used_at: now })
      .where('id', '=', row.id)
      .execute()
  }
}

const ENVIRONMENT_KEY: VerifiedKey = {
  id: 'environment',
  name: 'RUNNEL_ADMIN_KEY',
  userId: null,
  role: 'admin',
  email: null,
  scopes: ['admin'],
  expiresAt: null,
  quota: NO_QUOTA,
}
