import type { Timers } from './timers'
import type { EventLog } from './types'

/** What one reader costs when it is served, generously, ms. */
const READER_MS = 0.1

/** Shorter intervals would save nothing that anybody could measure. */
const SHORTEST_MS = 2

/** However many readers there are, none waits longer for what is ready. */
const LONGEST_MS = 500

/** Somebody who reads a log, to be told that it has more. */
export type Woken = { wake(): void }

/**
 * Wakes the readers of a log together, and the more they are, the less often: then each gets all that is ready in one
 * chunk, instead of a chunk for each event, which costs as much. A few readers are woken at once; a thousand that
 * read what is written at any speed take a tenth of a second for all, and the process keeps time for others.
 */
export class WakeCoalescer {
  readonly #timers: Timers
  readonly #cohorts = new Map<EventLog, Cohort>()

  constructor(timers: Timers) {
    this.#timers = timers
  }

  /** Wakes `reader` when there is more; returns unsubscribe. */
  join(log: EventLog, reader: Woken): () => void {
    const cohort = this.#cohorts.get(log) ?? new Cohort(log, this.#timers)
    this.#cohorts.set(log, cohort)
    cohort.readers.add(reader)
    return () => {
      cohort.readers.delete(reader)
      if (cohort.readers.size > 0) return
      cohort.stop()
      if (this.#cohorts.get(log) === cohort) this.#cohorts.delete(log)
    }
  }
}

class Cohort {
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

/** Wakes one waiter. A set that nobody waits for is kept, so that a wake-up is never lost; many are one. */
export class Signal {
  #isSet = false
  #wake: (() => void) | undefined

  set(): void {
    const wake = this.#wake
    if (!wake) {
      this.#isSet = true
      return
    }
    this.#wake = undefined
    wake()
  }

  /** Resolves when it is set next, or at once when it was set since the last wait. */
  wait(): Promise<void> {
    if (this.#isSet) {
      this.#isSet = false
      return Promise.resolve()
    }
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
