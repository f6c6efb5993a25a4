/** What a rejected subscriber has too many of: all streams, or its own. */
export type LimitScope = 'all' | 'client'

export type Slot = { kind: 'taken'; release: () => void } | { kind: 'full'; scope: LimitScope }

/** Counts streams. Taking a slot is one synchronous step, so the count is exact however many arrive together. */
export class Limits {
  readonly #maxAll: number
  readonly #maxPerClient: number
  readonly #perClient = new Map<string, number>()
  #all = 0

  constructor(maxAll: number, maxPerClient: number) {
    this.#maxAll = maxAll
    this.#maxPerClient = maxPerClient
  }

  /** Slots that are taken now. */
  get taken(): number {
    return this.#all
  }

  /** Clients that hold a slot. */
  get clients(): number {
    return this.#perClient.size
  }

  /** Takes a slot for `client`, or says which limit is reached. `release` may be called more than once. */
  take(client: string): Slot {
    if (this.#all >= this.#maxAll) return { kind: 'full', scope: 'all' }
    const held = this.#perClient.get(client) ?? 0
    if (held >= this.#maxPerClient) return { kind: 'full', scope: 'client' }
    this.#all += 1
    this.#perClient.set(client, held + 1)
    let free = false
    const release = () => {
      if (free) return
      free = true
      this.#release(client)
    }
    return { kind: 'taken', release }
  }

  #release(client: string): void {
    this.#all -= 1
    const left = (this.#perClient.get(client) ?? 1) - 1
    if (left === 0) this.#perClient.delete(client)
    else this.#perClient.set(client, left)
  }
}
