import type { Db } from '@/lib/platform/db/open'
import type { ApiKey } from '@/lib/platform/db/schema'
import { AppError, invalid, notFound } from '@/lib/platform/errors'
import { type ApiKeys, scopesOf } from './api-keys'
import type { Caller, KeyQuota } from './caller'
import type { Scope } from './constants'
import { dayOf } from './limits/key-usage'
import type { Revocations } from './revocations'

type ListedKey = ReturnType<typeof toListed>
type Limits = Pick<ApiKey, 'requests_per_minute' | 'tokens_per_day' | 'max_streams'>

/** What a key is made with. */
export type KeySettings = Limits & Pick<ApiKey, 'name' | 'expires_at'> & { scopes: Scope[] }
/** What can be changed of it. */
export type KeyChange = Partial<Limits & Pick<ApiKey, 'name'>>

type Row = ApiKey & { owner: string | null; tokens: number | null }

/** What people do with keys: each sees and changes their own, admins all. */
export class KeyRing {
  constructor(
    private readonly db: Db,
    private readonly keys: ApiKeys,
    private readonly revocations: Revocations,
  ) {}

  /** The caller's keys, newest first; all of them for an admin who asks for that. */
  async list(caller: Caller, { all = false } = {}): Promise<ListedKey[]> {
    const query = this.select()
    const rows = await (all && caller.role === 'admin'
      ? query
      : query.where('api_keys.user_id', caller.userId === null ? 'is' : '=', caller.userId)
    ).execute()
    return rows.map(toListed)
  }

  /**
   * Makes a key that reaches no further than its maker.
   * @throws AppError 403 `scope_too_wide`, 400 when it would have expired already.
   */
  async create(caller: Caller, settings: KeySettings) {
    const { name, scopes, expires_at } = settings
    const beyond = scopes.find((scope) => !caller.scopes.has(scope))
    if (beyond) throw tooWide(beyond)
    if (expires_at !== null && expires_at <= Date.now())
      throw invalid('`expires_at` must be in the future.', 'expires_at')
    const made = await this.keys.createRow({
      userId: caller.userId,
      name,
      scopes: [...new Set(scopes)],
      expiresAt: expires_at,
      quota: quotaOf(settings),
    })
    return { key: made.key, ...(await this.find(caller, made.row.id)) }
  }

  /**
   * Renames a key or changes its limits. Streams that are open stay so: the limits count from the next one.
   * @throws AppError 404, also for somebody else's key; 409 when it is revoked.
   */
  async update(caller: Caller, id: string, change: KeyChange) {
    const key = await this.find(caller, id)
    if (key.revoked_at !== null)
      throw new AppError('This key was revoked and can’t be changed any more.', {
        code: 'key_revoked',
        status: 409,
        hint: 'Make a new one.',
      })
    if (Object.values(change).some((value) => value !== undefined))
      await this.db.updateTable('api_keys').set(change).where('id', '=', id).execute()
    return this.find(caller, id)
  }

  /**
   * Ends a key at once, with every stream that it opened. Revoking twice is the same as once.
   * @throws AppError 404, also for somebody else's key.
   */
  async revoke(caller: Caller, id: string): Promise<ListedKey> {
    const key = await this.find(caller, id)
    if (key.revoked_at === null)
      await this.db
        .updateTable('api_keys')
        .set({ revoked_at: Date.now() })
        .where('id', '=', id)
        .execute()
    this.revocations.revoke({ kind: 'key', id })
    return this.find(caller, id)
  }

  private async find(caller: Caller, id: string): Promise<ListedKey> {
    const row = await this.select().where('api_keys.id', '=', id).executeTakeFirst()
    if (row && (caller.role === 'admin' || row.user_id === caller.userId)) return toListed(row)
    throw notFound('There is no such key, or it is not yours.', 'key_not_found')
  }

  private select() {
    const today = dayOf(Date.now())
    return this.db
      .selectFrom('api_keys')
      .leftJoin('users', 'users.id', 'api_keys.user_id')
      .leftJoin('key_usage', (join) =>
        join.onRef('key_usage.key_id', '=', 'api_keys.id').on('key_usage.day', '=', today),
      )
      .selectAll('api_keys')
      .select(['users.email as owner', 'key_usage.tokens as tokens'])
      .orderBy('api_keys.created_at', 'desc')
  }
}

function quotaOf(limits: Limits): KeyQuota {
  return {
    requestsPerMinute: limits.requests_per_minute,
    tokensPerDay: limits.tokens_per_day,
    maxStreams: limits.max_streams,
  }
}

function toListed(row: Row) {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    owner: row.owner,
    scopes: scopesOf(row),
    created_at: row.created_at,
    expires_at: row.expires_at,
    revoked_at: row.revoked_at,
    last_used_at: row.last_used_at,
    tokens_today: row.tokens ?? 0,
    requests_per_minute: row.requests_per_minute,
    tokens_per_day: row.tokens_per_day,
    max_streams: row.max_streams,
  }
}

function tooWide(scope: Scope): AppError {
  return new AppError(`You can’t give the scope \`${scope}\`, since you don’t have it.`, {
    code: 'scope_too_wide',
    status: 403,
    param: 'scopes',
    hint: 'Ask an admin for such a key.',
  })
}
