import { randomBytes } from 'node:crypto'
import type { AuditEvent, AuditTrail } from '@/lib/auth/audit'
import type { Db } from '@/lib/platform/db/open'
import type { AuditRow } from '@/lib/platform/db/schema'
import type { TextSearch } from '@/lib/platform/db/search/text-search'

/** Which rows; times are milliseconds since 1970, `before` is the id of a row. */
export type AuditFilter = {
  action?: string
  actor?: string
  q?: string
  since?: number
  until?: number
  before?: string
}

const DAY_MS = 86_400_000
/** Rows that are searched in one step. */
const SEARCH_PAGE = 2000
const SEARCHED = ['actor', 'target', 'address', 'action', 'details_json'] as const

/** Who did what, in the database. Rows are only ever added, and removed when they are old. */
export class Audit implements AuditTrail {
  readonly #db: Db
  readonly #search: TextSearch
  readonly #keepDays: number
  readonly #now: () => number
  #counter = 0

  /**
   * @param keepDays How long a row is kept.
   * @param now Milliseconds since 1970.
   */
  constructor(
    db: Db,
    {
      search,
      keepDays,
      now = Date.now,
    }: { search: TextSearch; keepDays: number; now?: () => number },
  ) {
    this.#db = db
    this.#search = search
    this.#keepDays = keepDays
    this.#now = now
  }

  /** Adds a row, within a transaction when one is given. Resolves when it is saved. */
  async record({ action, actor, target, details }: AuditEvent, tx: Db = this.#db): Promise<void> {
    const at = this.#now()
    await tx
      .insertInto('audit')
      .values({
        id: this.#nextId(at),
        at,
        actor_id: actor.userId,
        actor: actor.label,
        address: actor.address,
        action,
        target: target ?? null,
        details_json: JSON.stringify(details ?? {}),
      })
      .execute()
  }

  /** Rows that match, newest first. */
  async list(filter: AuditFilter, limit: number): Promise<AuditRow[]> {
    const { q, action, actor } = filter
    // What an index finds, the database answers at once; what has to be looked for is looked for elsewhere.
    if (!q && !action && !actor) return this.#page(filter, limit).selectAll().execute()
    const ids = await this.#search.find({
      text: q || undefined,
      limit,
      nextPage: (last) =>
        last === null
          ? null
          : this.#page({ ...filter, before: last ?? filter.before }, SEARCH_PAGE)
              .select('id as key')
              .select(SEARCHED),
    })
    return this.#db
      .selectFrom('audit')
      .selectAll()
      .where('id', 'in', ids)
      .orderBy('id', 'desc')
      .execute()
  }

  /** Every row that matches, newest first, in pages, so that a long trail is never in memory at once. */
  async *all(filter: AuditFilter): AsyncGenerator<AuditRow, void, void> {
    const pageSize = 500
    let before = filter.before
    for (;;) {
      const page = await this.list({ ...filter, before }, pageSize)
      yield* page
      before = page.at(-1)?.id
      if (page.length < pageSize) return
    }
  }

  /** Removes rows that are older than they are kept. */
  async prune(at: number): Promise<void> {
    await this.#db
      .deleteFrom('audit')
      .where('at', '<', at - this.#keepDays * DAY_MS)
      .execute()
  }

  #page({ action, actor, since, until, before }: AuditFilter, limit: number) {
    let query = this.#db.selectFrom('audit').orderBy('id', 'desc').limit(limit)
    // The beginning of a name, by the order of their letters: nothing in it is a pattern.
    if (action)
      query = query.where('action', '>=', action).where('action', '<', `${action}\u{10ffff}`)
    if (actor) query = query.where('actor_id', '=', actor)
    if (since !== undefined) query = query.where('at', '>=', since)
    if (until !== undefined) query = query.where('at', '<', until)
    if (before) query = query.where('id', '<', before)
    return query
  }

  /** Sorts by time, and by the order of recording within a millisecond. */
  #nextId(at: number): string {
    this.#counter = (this.#counter + 1) % 36 ** 3
    return [
      at.toString(36).padStart(9, '0'),
      this.#counter.toString(36).padStart(3, '0'),
      randomBytes(3).toString('hex'),
    ].join('')
  }
}
