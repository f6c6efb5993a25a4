import type { Db } from '@/lib/platform/db/open'
import type { ApiKey } from '@/lib/platform/db/schema'
import { AppError, invalid, notFound } from '@/lib/platform/errors'
import { type ApiKeys, scopesOf } from './api-keys'
import type { AuditWriter } from './audit'
import { type Caller, type KeyQuota, keyOf } from './caller'
import type { Scope } from './constants'
import { checkGrantor } from './delegation'
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
  readonly #db: Db
  readonly #keys: ApiKeys
  readonly #revocations: Revocations

  constructor(db: Db, keys: ApiKeys, revocations: Revocations) {
    this.#db = db
    this.#keys = keys
    this.#revocations = revocations
  }

  /** The caller's keys, newest first; all of them for an admin who asks for that. */
  async list(caller: Caller, { all = false } = {}): Promise<ListedKey[]> {
    const query = this.#select()
    const rows = await (all && caller.role === 'admin'
      ? query
      : query.where('api_keys.user_id', caller.userId === null ? 'is' : '=', caller.userId)
    ).execute()
    return rows.map(toListed)
  }

  /**
   * Makes a key that reaches no further than its maker. One that is made with a key ends no later than that one.
   * @throws AppError 403 `scope_too_wide`, 400 when it would have expired already, or as `checkGrantor`.
   */
  async create(caller: Caller, settings: KeySettings, record: AuditWriter) {
    const { name, scopes } = settings
    const beyond = scopes.find((scope) => !caller.scopes.has(scope))
    if (beyond) throw tooWide(beyond)
    const expiresAt = earlier(settings.expires_at, keyOf(caller)?.expiresAt ?? null)
    if (expiresAt !== null && expiresAt <= Date.now())
      throw invalid('`expires_at` must be in the future.', 'expires_at')
    const options = {
      userId: caller.userId,
      name,
      scopes: [...new Set(scopes)],
      expiresAt,
      quota: quotaOf(settings),
    }
    const made = await this.#db.transaction().execute(async (tx) => {
      await checkGrantor(tx, caller, 'user')
      const { key, row } = await this.#keys.createRow(options, tx)
      await record(tx, { target: name, details: { ...settings, id: row.id } })
      return { key, id: row.id }
    })
    return { key: made.key, ...(await this.#find(caller, made.id)) }
  }

  /**
   * Renames a key or changes its limits. Streams that are open stay so: the limits count from the next one.
   * @throws AppError 404, also for somebody else's key; 409 when it is revoked.
   */
  async update(caller: Caller, id: string, change: KeyChange, record: AuditWriter) {
    await this.#db.transaction().execute(async (tx) => {
      const key = await this.#find(caller, id, tx)
      if (key.revoked_at !== null) throw alreadyRevoked()
      if (Object.values(change).some((value) => value !== undefined))
        await tx.updateTable('api_keys').set(change).where('id', '=', id).execute()
      await record(tx, { target: change.name ?? key.name, details: { ...change, id } })
    })
    return this.#find(caller, id)
  }

  /**
   * Ends a key at once, with every stream that it opened. Revoking twice is the same as once.
   * @throws AppError 404, also for somebody else's key.
   */
  async revoke(caller: Caller, id: string, record: AuditWriter): Promise<ListedKey> {
    await this.#db.transaction().execute(async (tx) => {
      const { name, owner } = await this.#find(caller, id, tx)
      await tx
        .updateTable('api_keys')
        .set({ revoked_at: Date.now() })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .execute()
      await record(tx, { target: name, details: { id, owner } })
    })
    this.#revocations.revoke({ kind: 'key', id })
    return this.#find(caller, id)
  }

  async #find(caller: Caller, id: string, tx: Db = this.#db): Promise<ListedKey> {
    const row = await this.#select(tx).where('api_keys.id', '=', id).executeTakeFirst()
    if (row && (caller.role === 'admin' || row.user_id === caller.userId)) return toListed(row)
    throw notFound('There is no such key, or it is not yours.', 'key_not_found')
  }

  #select(tx: Db = this.#db) {
    const today = dayOf(Date.now())
    return tx
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

/** The earlier of two times; null is never. */
function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}

function alreadyRevoked(): AppError {
  return new AppError('This key was revoked and can’t be changed any more.', {
    code: 'key_revoked',
    status: 409,
    hint: 'Make a new one.',
  })
}

function tooWide(scope: Scope): AppError {
  return new AppError(`You can’t give the scope \`${scope}\`, since you don’t have it.`, {
    code: 'scope_too_wide',
    status: 403,
    param: 'scopes',
    hint: 'Ask an admin for such a key.',
  })
}
