import { LRUCache } from 'lru-cache'
import { AppError } from '@/lib/platform/errors'
import { type KeyUsage, untilTomorrow } from './key-usage'

const MINUTE_MS = 60_000
/** Tokens that each answer under way holds, of which nobody knows yet how long it gets. */
const SET_ASIDE = 256
/** Seconds after which an answer that is under way may have ended. */
const SOON_SECONDS = 5

/** A key and what it may use up; null is without limit. */
type LimitedKey = {
  id: string
  quota: { requestsPerMinute: number | null; tokensPerDay: number | null }
}

/** What is left, as headers for every answer, and the refusal when nothing is. */
type Budget = { headers: Record<string, string>; refusal: AppError | null }

/**
 * Requests a minute and tokens a day for each key. The headers are those of the IETF draft "RateLimit header fields
 * for HTTP" (`RateLimit-Limit`, `-Remaining`, `-Reset` in seconds); those for tokens end in `-Tokens`.
 */
export class KeyLimits {
  readonly #usage: Pick<KeyUsage, 'of'>
  readonly #now: () => number
  readonly #requests: SlidingWindow
  /** Answers under way, by the key that pays for them. */
  readonly #running = new Map<string, number>()

  /** @param now Milliseconds since 1970. */
  constructor(usage: Pick<KeyUsage, 'of'>, now: () => number = Date.now) {
    this.#usage = usage
    this.#now = now
    this.#requests = new SlidingWindow(MINUTE_MS, now)
  }

  /** Counts a request against its key, and tells what is left. */
  async take(key: LimitedKey): Promise<Budget> {
    const requests = this.#takeRequest(key)
    if (requests.refusal) return requests
    return { ...requests, headers: { ...requests.headers, ...(await this.#tokenHeaders(key)) } }
  }

  /**
   * Sets tokens of the day aside for an answer that is about to be made, so that many at once can't all be made of
   * the same last token. Towards the end of its tokens a key therefore gets fewer answers at once.
   * @returns release, to be called when it has been counted what the answer used
   * @throws AppError 429 when nothing is left, or answers that are under way hold all that is.
   */
  async reserve(key: LimitedKey | null): Promise<() => void> {
    const limit = key?.quota.tokensPerDay ?? null
    if (!key || limit === null) return () => {}
    const { id } = key
    const now = this.#now()
    const left = limit - (await this.#usage.of(id, now))
    // From here on one synchronous step, so that it is exact however many arrive together.
    const running = this.#running.get(id) ?? 0
    if (left <= 0) throw tokensUsedUp(limit, Math.ceil(untilTomorrow(now) / 1000))
    if (left <= running * SET_ASIDE) throw tokensHeld()
    this.#running.set(id, running + 1)
    return () => this.#release(id)
  }

  #release(id: string): void {
    const running = (this.#running.get(id) ?? 1) - 1
    if (running > 0) this.#running.set(id, running)
    else this.#running.delete(id)
  }

  #takeRequest({ id, quota: { requestsPerMinute: limit } }: LimitedKey): Budget {
    if (limit === null) return UNLIMITED
    const { passed, left, resetMs } = this.#requests.take(id, limit, this.#now())
    const reset = Math.ceil(resetMs / 1000)
    return {
      headers: budgetHeaders('', limit, left, reset),
      refusal: passed ? null : tooManyRequests(limit, reset),
    }
  }

  async #tokenHeaders({ id, quota: { tokensPerDay: limit } }: LimitedKey) {
    if (limit === null) return {}
    const now = this.#now()
    const left = limit - (await this.#usage.of(id, now))
    return budgetHeaders('-Tokens', limit, left, Math.ceil(untilTomorrow(now) / 1000))
  }
}

const UNLIMITED: Budget = { headers: {}, refusal: null }

function budgetHeaders(suffix: string, limit: number, left: number, resetSeconds: number) {
  return {
    [`RateLimit-Limit${suffix}`]: String(limit),
    [`RateLimit-Remaining${suffix}`]: String(Math.max(0, left)),
    [`RateLimit-Reset${suffix}`]: String(resetSeconds),
  }
}

function tooManyRequests(limit: number, retryAfter: number): AppError {
  return new AppError('This key has made as many requests as it may in a minute.', {
    code: 'key_requests_exceeded',
    status: 429,
    hint: `${limit} a minute; the next one is possible in ${retryAfter} s.`,
    retryAfter,
  })
}

function tokensUsedUp(limit: number, retryAfter: number): AppError {
  return new AppError('This key has used its tokens of today.', {
    code: 'key_tokens_exceeded',
    status: 429,
    hint: `${limit} a day; the next day begins at 00:00 UTC. An admin can raise the limit.`,
    retryAfter,
  })
}

function tokensHeld(): AppError {
  return new AppError(
    'Answers that are under way may use the rest of this key’s tokens of today.',
    {
      code: 'key_tokens_held',
      status: 429,
      hint: 'Wait for them to end, or ask for fewer at once.',
      retryAfter: SOON_SECONDS,
    },
  )
}

/** Keys whose events are remembered: those that asked within the last window, most of which are few. */
const MAX_KEYS = 100_000

/** Times of the events that count, oldest first from `head` on. */
type Log = { times: number[]; head: number }

/** Whether one more event fits, how many are left then, and when the oldest that counts does not any more, in ms from now. */
type WindowResult = { passed: boolean; left: number; resetMs: number }

/**
 * Lets at most a limit of events pass in any span of the window's length, wherever it begins. Windows that begin anew,
 * as rate-limiter-flexible has them, let nearly twice the limit pass around their edge: of 10 a minute, 19 in 200 ms.
 * It remembers the time of each event, 8 bytes, so that it is exact; in Redis that is a sorted set.
 */
class SlidingWindow {
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
