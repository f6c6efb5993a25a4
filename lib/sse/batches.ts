import { joinBytes } from './frames'
import type { Entry } from './types'

/** Bytes that a subscriber may have in flight; a single larger event goes alone. */
export const MAX_BATCH_BYTES = 64 * 1024

/**
 * Joins entries into one chunk. Readers that keep up read the same array of entries from their log, and then they
 * share the joined bytes too: a thousand of them cost one copy.
 */
export class Batches {
  readonly #joined = new WeakMap<readonly Entry[], Uint8Array>()

  join(entries: readonly Entry[]): Uint8Array {
    const known = this.#joined.get(entries)
    if (known) return known
    const joined = joinBytes(entries.map((entry) => entry.bytes))
    this.#joined.set(entries, joined)
    return joined
  }
}
