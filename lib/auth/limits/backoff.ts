import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** The first wait in seconds; each further attempt doubles it up to the longest. */
const FIRST_WAIT_SECONDS = 1
const LONGEST_WAIT_SECONDS = 15 * 60

/**
 * Lets some attempts of a key pass freely, and then one after each wait, which doubles. On rate-limiter-flexible, whose
 * steps are atomic in memory as in Redis: one limiter counts the attempts, the other lets one pass in each wait.
 */
export class Backoff {
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
  async giveBack(key: string): Promise<void> {
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
