import { LRUCache } from 'lru-cache'
import { unlessAborted } from '@/lib/platform/abort'

type Ask<V> = (signal: AbortSignal) => Promise<V>

/**
 * Answers that are kept for a while. Those who want the same at once share one request, which is stopped when none of them
 * waits for it any more. Failures are not kept.
 */
export class SharedCache<V extends object> {
  readonly #cache: LRUCache<string, V, Ask<V>>
  /** How many wait for the answer to each request that is under way. */
  readonly #waiting = new Map<string, number>()

  /** @param limits.now milliseconds, never 0. */
  constructor({
    ttlMs,
    maxEntries,
    now,
  }: { ttlMs: number; maxEntries: number; now: () => number }) {
    this.#cache = new LRUCache<string, V, Ask<V>>({
      max: maxEntries,
      ttl: ttlMs,
      ttlResolution: 0,
      perf: { now },
      fetchMethod: (_key, _stale, { signal, context }) => context(signal),
    })
  }

  /**
   * The kept answer, or a new one.
   * @param ask gets a signal that aborts when nobody waits any more.
   * @param options.fresh true asks anew; an answer that is on its way already is new enough.
   * @throws what `ask` throws; the signal's reason.
   */
  async get(
    key: string,
    ask: Ask<V>,
    signal: AbortSignal,
    { fresh = false }: { fresh?: boolean } = {},
  ): Promise<V> {
    signal.throwIfAborted()
    this.#waiting.set(key, (this.#waiting.get(key) ?? 0) + 1)
    try {
      const answer = this.#cache.fetch(key, { context: ask, forceRefresh: fresh })
      const value = await unlessAborted(answer, signal)
      if (value) return value
      throw new Error(`The request for ${key} was stopped though somebody waits for it.`)
    } finally {
      const left = (this.#waiting.get(key) ?? 1) - 1
      if (left > 0) this.#waiting.set(key, left)
      else this.#waiting.delete(key)
      // Stops the request that is under way; an answer that came just before goes with it.
      if (left === 0 && signal.aborted) this.#cache.delete(key)
    }
  }
}
