import { LRUCache } from 'lru-cache'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { AppError } from '@/lib/platform/errors'
import { networkOf } from '../client-address'

const HOUR_SECONDS = 3600
const DAY_SECONDS = 24 * HOUR_SECONDS

/** Who tries a password, and from where. */
export type Attempt = {
  /** The email address, as it was typed. */
  account: string
  /** The address that the request came from. */
  address: string
  /** The id of a session of this very account that the request shows. */
  session?: string | undefined
}

/** Slows down guessing. */
export type AttemptGuard = {
  /** @throws AppError 429. */
  attempt(attempt: Attempt): Promise<void>
  succeeded(attempt: Attempt): Promise<void>
}

/** Places from which an account was signed in to, and how long that is remembered. */
const KNOWN_PLACES = { max: 10_000, ttl: 30 * DAY_SECONDS * 1000 }

/**
 * Slows down guessing with delays that double. It counts names that do not exist like those that do, so it does not
 * tell which is which.
 *
 * Nobody is kept out of their account by what strangers try elsewhere: attempts count by account and network together.
 * What one network may try at many accounts, and many networks at one account, is counted besides; but the latter not
 * where the account was signed in to before, and somebody who is signed in is counted by their session alone.
 * @see https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
 */
export class SignInGuard implements AttemptGuard {
  readonly #here = new Backoff({ free: 4, forgetSeconds: DAY_SECONDS })
  readonly #network = new Backoff({ free: 20, forgetSeconds: HOUR_SECONDS })
  readonly #account = new Backoff({ free: 100, forgetSeconds: DAY_SECONDS })
  readonly #known = new LRUCache<string, true>(KNOWN_PLACES)

  /**
   * Counts an attempt before its password is looked at: of a hundred that arrive together, only the free ones pass.
   * @throws AppError 429 with the wait, which an attempt during the wait does not prolong.
   */
  async attempt(attempt: Attempt): Promise<void> {
    const counted: (() => Promise<void>)[] = []
    for (const { backoff, key } of this.#countersOf(attempt)) {
      const waitMs = await backoff.take(key)
      if (waitMs === 0) {
        counted.push(() => backoff.refund(key))
        continue
      }
      // What was refused by one counter has not been tried, and counts in none.
      await Promise.all(counted.map((refund) => refund()))
      throw tooManyAttempts(waitMs)
    }
  }

  /**
   * The attempt was right: this place starts anew with this account. The network and the account as a whole are only
   * given back this one attempt, or an attacker would sign in as themselves between guesses.
   */
  async succeeded(attempt: Attempt): Promise<void> {
    for (const { backoff, key } of this.#countersOf(attempt))
      if (backoff === this.#here) await backoff.reset(key)
      else await backoff.refund(key)
    this.#known.set(placeOf(attempt), true)
  }

  #countersOf(attempt: Attempt): { backoff: Backoff; key: string }[] {
    if (attempt.session !== undefined)
      return [{ backoff: this.#here, key: `session ${attempt.session}` }]
    const place = placeOf(attempt)
    return [
      { backoff: this.#here, key: place },
      { backoff: this.#network, key: networkOf(attempt.address) },
      ...(this.#known.has(place)
        ? []
        : [{ backoff: this.#account, key: accountOf(attempt.account) }]),
    ]
  }
}

function placeOf({ account, address }: Attempt): string {
  return `${networkOf(address)} ${accountOf(account)}`
}

function accountOf(account: string): string {
  return account.trim().toLowerCase()
}

function tooManyAttempts(waitMs: number): AppError {
  const seconds = Math.ceil(waitMs / 1000)
  return new AppError('Too many attempts to sign in.', {
    code: 'too_many_attempts',
    status: 429,
    hint: `Wait ${seconds} s, then try again.`,
    retryAfter: seconds,
  })
}

/** The first wait in seconds; each further attempt doubles it up to the longest. */
const FIRST_WAIT_SECONDS = 1
const LONGEST_WAIT_SECONDS = 15 * 60

/**
 * Lets some attempts of a key pass freely, and then one after each wait, which doubles. On rate-limiter-flexible, whose
 * steps are atomic in memory as in Redis: one limiter counts the attempts, the other lets one pass in each wait.
 */
class Backoff {
  readonly #free: number
  readonly #attempts: RateLimiterMemory
  readonly #gate: RateLimiterMemory

  /** @param options `forgetSeconds`: how long after the first attempt all are forgotten. */
  constructor({ free, forgetSeconds }: { free: number; forgetSeconds: number }) {
    this.#free = free
    this.#attempts = new RateLimiterMemory({ points: free, duration: forgetSeconds })
    this.#gate = new RateLimiterMemory({ points: 1, duration: FIRST_WAIT_SECONDS })
  }

  /** Counts an attempt that passes, and answers 0; else the milliseconds to wait, and it does not count. */
  async take(key: string): Promise<number> {
    const { consumedPoints } = await this.#attempts.penalty(key)
    const beyond = consumedPoints - this.#free
    if (beyond <= 0) return 0
    try {
      await this.#gate.consume(key, 1, { customDuration: waitSeconds(beyond) })
      return 0
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      await this.#attempts.reward(key)
      return refusal.msBeforeNext
    }
  }

  /** Takes an attempt back that did not count after all, and the wait that it began. */
  async refund(key: string): Promise<void> {
    await this.#attempts.reward(key)
    await this.#gate.delete(key)
  }

  /** Forgets a key. */
  async reset(key: string): Promise<void> {
    await this.#attempts.delete(key)
    await this.#gate.delete(key)
  }
}

function waitSeconds(beyondFree: number): number {
  return Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (beyondFree - 1))
}
