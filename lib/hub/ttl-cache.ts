/** Keeps answers for a while, and only so many. Failures are not kept. */
export class TtlCache<V> {
  readonly #entries = new Map<string, { value: V; until: number }>()

  constructor(private readonly limits: { ttlMs: number; maxEntries: number; now: () => number }) {}

  /** The kept value, or a new one. Two that ask at once both get a new one. */
  async get(key: string, make: () => Promise<V>): Promise<V> {
    const kept = this.#entries.get(key)
    if (kept && kept.until > this.limits.now()) return kept.value
    const value = await make()
    this.#entries.delete(key)
    this.#entries.set(key, { value, until: this.limits.now() + this.limits.ttlMs })
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined && this.#entries.size > this.limits.maxEntries)
      this.#entries.delete(oldest)
    return value
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }
}
