import type { Timers } from './timers'
import type { EventLog } from './types'

/** What one reader costs when it is served, generously, ms. */
const READER_MS = 0.1

/** Shorter rounds would save nothing that anybody could measure. */
const SHORTEST_MS = 2

/** However many readers there are, none waits longer for what is ready. */
const LONGEST_MS = 500

/** Somebody who reads a log, to be told that it has more. */
export type Woken = { wake(): void }

/**
 * Wakes the readers of a log together, and the more they are, the less often: then each gets all that is ready in one
 * chunk, instead of a chunk for each event, which costs as much. A few readers are woken at once; a thousand that
 * read what is written at any speed take a tenth of a second for a round, and the process keeps time for others.
 */
export class Rounds {
  readonly #timers: Timers
  readonly #rounds = new Map<EventLog, Round>()

  constructor(timers: Timers) {
    this.#timers = timers
  }

  /** Wakes `reader` when there is more; returns how to stop it. */
  join(log: EventLog, reader: Woken): () => void {
    const round = this.#rounds.get(log) ?? new Round(log, this.#timers)
    this.#rounds.set(log, round)
    round.readers.add(reader)
    return () => {
      round.readers.delete(reader)
      if (round.readers.size > 0) return
      round.stop()
      if (this.#rounds.get(log) === round) this.#rounds.delete(log)
    }
  }
}

class Round {
  readonly readers = new Set<Woken>()
  readonly #timers: Timers
  readonly #stopListening: () => void
  #lastAt = Number.NEGATIVE_INFINITY
  #stopTimer: (() => void) | undefined

  constructor(log: EventLog, timers: Timers) {
    this.#timers = timers
    this.#stopListening = log.onWake(() => this.#plan())
  }

  stop(): void {
    this.#stopListening()
    this.#stopTimer?.()
    this.#stopTimer = undefined
  }

  #plan(): void {
    if (this.#stopTimer) return
    const length = Math.min(LONGEST_MS, this.readers.size * READER_MS)
    const wait = length < SHORTEST_MS ? 0 : this.#lastAt + length - this.#timers.now()
    if (wait <= 0) this.#wake()
    else this.#stopTimer = this.#timers.after(wait, () => this.#wake())
  }

  #wake(): void {
    this.#stopTimer = undefined
    this.#lastAt = this.#timers.now()
    for (const reader of this.readers) reader.wake()
  }
}
