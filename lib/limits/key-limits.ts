import { AppError } from '@/lib/errors'
import { type KeyUsage, untilTomorrow } from './key-usage'

const MINUTE_MS = 60_000

/** A key and what it may use up; null is without limit. */
export type LimitedKey = {
  id: string
  quota: { requestsPerMinute: number | null; tokensPerDay: number | null }
}

/** What is left, as headers for every answer, and the refusal when nothing is. */
export type Budget = { headers: Record<string, string>; refusal: AppError | null }

type Window = { used: number; endsAt: number }

/**
 * Requests a minute and tokens a day for each key. The headers are those of the IETF draft "RateLimit header fields
 * for HTTP" (`RateLimit-Limit`, `-Remaining`, `-Reset` in seconds); those for tokens end in `-Tokens`.
 */
export class KeyLimits {
  private readonly windows = new Map<string, Window>()

  /** @param now Milliseconds since 1970. */
  constructor(
    private readonly usage: Pick<KeyUsage, 'of'>,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Counts a request against its key.
   * @param spendsTokens Whether the request would generate: others pass when the tokens of the day are used up.
   */
  async take(key: LimitedKey, spendsTokens: boolean): Promise<Budget> {
    const requests = this.takeRequest(key)
    if (requests.refusal) return requests
    const tokens = await this.checkTokens(key)
    return {
      headers: { ...requests.headers, ...tokens.headers },
      refusal: spendsTokens ? tokens.refusal : null,
    }
  }

  private takeRequest({ id, quota: { requestsPerMinute: limit } }: LimitedKey): Budget {
    if (limit === null) return UNLIMITED
    const now = this.now()
    const known = this.windows.get(id)
    const window = known && known.endsAt > now ? known : { used: 0, endsAt: now + MINUTE_MS }
    this.windows.set(id, window)
    const over = window.used >= limit
    if (!over) window.used += 1
    const reset = Math.ceil((window.endsAt - now) / 1000)
    return {
      headers: budgetHeaders('', limit, limit - window.used, reset),
      refusal: over ? tooManyRequests(limit, reset) : null,
    }
  }

  private async checkTokens({ id, quota: { tokensPerDay: limit } }: LimitedKey): Promise<Budget> {
    if (limit === null) return UNLIMITED
    const now = this.now()
    const left = limit - (await this.usage.of(id, now))
    const reset = Math.ceil(untilTomorrow(now) / 1000)
    return {
      headers: budgetHeaders('-Tokens', limit, left, reset),
      refusal: left <= 0 ? tokensUsedUp(limit, reset) : null,
    }
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
