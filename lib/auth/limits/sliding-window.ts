import { LRUCache } from 'lru-cache'

/** Keys whose events are remembered: those that asked within the last window, most of which are few. */
const MAX_KEYS = 100_000

/** Times of the events that count, oldest first from `head` on. */
type Log = { times: number[]; head: number }

/** Whether one more event fits, how many are left then, and when the oldest that counts does not any more, in ms from now. */
export type WindowResult = { passed: boolean; left: number; resetMs: number }

/**
 * Lets at most a limit of events pass in any span of the window's length, wherever it begins. Windows that begin anew,
 * as rate-limiter-flexible has them, let nearly twice the limit pass around their edge: of 10 a minute, 19 in 200 ms.
 * It remembers the time of each event, 8 bytes, so that it is exact; in Redis that is a sorted set.
 */
export class SlidingWindow {
  readonly #windowMs: number
  readonly #logs: LRUCache<string, Log>

  /** @param now Milliseconds of any origin, never going back. */
  constructor(windowMs: number, now: () => number) {
    this.#windowMs = windowMs
    this.#logs = new LRUCache({ max: MAX_KEYS, ttl: windowMs, perf: { now }, ttlResolution: 0 })
  }

  /** Counts an event when it passes. One synchronous step, so it is exact however many arrive together. */
  take(key: string, limit: number, now: number): WindowResult {
    const log = this.#logs.get(key) ?? { times: [], head: 0 }
    this.#forget(log, now)
    const passed = log.times.length - log.head < limit
    if (passed) {
      log.times.push(now)
      // Written anew with each event: its time to live begins with the last.
      this.#logs.set(key, log)
    }
    const oldest = log.times[log.head] ?? now
    const left = Math.max(0, limit - (log.times.length - log.head))
    return { passed, left, resetMs: oldest + this.#windowMs - now }
  }

  #forget(log: Log, now: number): void {
    while ((log.times[log.head] ?? now) <= now - this.#windowMs) log.head += 1
    // Cut seldom, so that an event costs the same however many there are.
    if (log.head * 2 > log.times.length) {
      log.times = log.times.slice(log.head)
      log.head = 0
    }
  }
}
