import { randomBytes } from 'node:crypto'
import { type SqlBool, sql } from 'kysely'
import type { AuditEvent, AuditTrail } from '@/lib/auth/audit'
import type { Db } from '@/lib/platform/db/open'
import type { AuditRow } from '@/lib/platform/db/schema'

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
const SEARCHED = ['actor', 'target', 'address', 'action', 'details_json'] as const

/** Who did what, in the database. Rows are only ever added, and removed when they are old. */
export class Audit implements AuditTrail {
  private counter = 0

  /**
   * @param keepDays How long a row is kept.
   * @param now Milliseconds since 1970.
   */
  constructor(
    private readonly db: Db,
    private readonly keepDays: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Adds a row, within a transaction when one is given. Resolves when it is saved. */
  async record({ action, actor, target, details }: AuditEvent, tx: Db = this.db): Promise<void> {
    const at = this.now()
    await tx
      .insertInto('audit')
      .values({
        id: this.nextId(at),
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
  list(filter: AuditFilter, limit: number): Promise<AuditRow[]> {
    let query = this.db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit)
    if (filter.action) query = query.where(like('action', `${escaped(filter.action)}%`))
    if (filter.actor) query = query.where('actor_id', '=', filter.actor)
    if (filter.since !== undefined) query = query.where('at', '>=', filter.since)
    if (filter.until !== undefined) query = query.where('at', '<', filter.until)
    if (filter.before) query = query.where('id', '<', filter.before)
    const { q } = filter
    if (q)
      query = query.where((row) => row.or(SEARCHED.map((name) => like(name, `%${escaped(q)}%`))))
    return query.execute()
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
    await this.db
      .deleteFrom('audit')
      .where('at', '<', at - this.keepDays * DAY_MS)
      .execute()
  }

  /** Sorts by time, and by the order of recording within a millisecond. */
  private nextId(at: number): string {
    this.counter = (this.counter + 1) % 36 ** 3
    return [
      at.toString(36).padStart(9, '0'),
      this.counter.toString(36).padStart(3, '0'),
      randomBytes(3).toString('hex'),
    ].join('')
  }
}

/** Compares without regard to case, as far as the database knows it: SQLite does for the letters of ASCII only. */
function like(column: string, pattern: string) {
  return sql<SqlBool>`lower(${sql.ref(column)}) like lower(${pattern}) escape '!'`
}

/** What is searched for is text: a pattern in it means itself. */
function escaped(text: string): string {
  return text.replace(/[!%_]/g, '!$&')
}
