import { sql } from 'kysely'
import type { Db } from '@/lib/platform/db/open'

/** Days that the use of keys is kept. */
const KEEP_DAYS = 62
const DAY_MS = 86_400_000

/** Tokens that each key used on each day of UTC. In the database, so that a restart forgives nothing. */
export class KeyUsage {
  readonly #db: Db
  readonly #onError: (error: unknown) => void
  /** What is not in the database yet, by key and day: it counts already. */
  readonly #pending = new Map<string, number>()
  /** Those of which some is being written. */
  readonly #writing = new Set<string>()

  /** @param onError Called when what was spent could not be written down: it counts all the same, and is tried again. */
  constructor(db: Db, onError: (error: unknown) => void) {
    this.#db = db
    this.#onError = onError
  }

  /** Notes what a request of a key used, without holding up its answer; null is no key's request. */
  spend(keyId: string | null | undefined, tokens: number): void {
    if (!keyId || tokens <= 0) return
    const now = Date.now()
    this.#hold(keyId, now, tokens)
    void this.#write(keyId, now)
  }

  /** Writes what is held of a key and day, one write at a time; what a full disk refused goes with the next. */
  async #write(keyId: string, at: number): Promise<void> {
    const name = nameOf(keyId, at)
    if (this.#writing.has(name)) return
    this.#writing.add(name)
    try {
      for (let held = this.#pending.get(name); held; held = this.#pending.get(name)) {
        await this.add(keyId, held, at)
        this.#hold(keyId, at, -held)
      }
    } catch (error) {
      this.#onError(error)
    } finally {
      this.#writing.delete(name)
    }
  }

  /** Adds what a request used. A key that is gone is forgotten. */
  async add(keyId: string, tokens: number, at: number): Promise<void> {
    if (tokens <= 0) return
    const known = await this.#db
      .selectFrom('api_keys')
      .select('id')
      .where('id', '=', keyId)
      .executeTakeFirst()
    if (!known) return
    await this.#db
      .insertInto('key_usage')
      .values({ key_id: keyId, day: dayOf(at), tokens })
      .onConflict((conflict) =>
        conflict
          .columns(['key_id', 'day'])
          .doUpdateSet({ tokens: sql<number>`key_usage.tokens + ${tokens}` }),
      )
      .execute()
  }

  /** Tokens that a key has used on the day of `at`. */
  async of(keyId: string, at: number): Promise<number> {
    const row = await this.#db
      .selectFrom('key_usage')
      .select('tokens')
      .where('key_id', '=', keyId)
      .where('day', '=', dayOf(at))
      .executeTakeFirst()
    return (row?.tokens ?? 0) + (this.#pending.get(nameOf(keyId, at)) ?? 0)
  }

  #hold(keyId: string, at: number, tokens: number): void {
    const name = nameOf(keyId, at)
    const held = (this.#pending.get(name) ?? 0) + tokens
    if (held === 0) this.#pending.delete(name)
    else this.#pending.set(name, held)
  }

  /** Forgets days that nobody asks about any more. */
  async prune(at: number): Promise<void> {
    await this.#db
      .deleteFrom('key_usage')
      .where('day', '<', dayOf(at - KEEP_DAYS * DAY_MS))
      .execute()
  }
}

function nameOf(keyId: string, at: number): string {
  return `${keyId} ${dayOf(at)}`
}

/** The day of UTC that a time is in, `2026-11-24`. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** Milliseconds from `at` to the next day of UTC. */
export function untilTomorrow(at: number): number {
  return DAY_MS - (at % DAY_MS)
}
