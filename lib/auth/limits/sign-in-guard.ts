import { AppError } from '@/lib/platform/errors'
import { networkOf } from './network'

type Attempts = { failed: number; blockedUntil: number; last: number }

/** Wrong attempts that cost no wait: people mistype. Addresses may hold many people. */
const FREE = { account: 4, address: 20 } as const
/** The first wait in milliseconds; each further attempt doubles it up to the longest. */
const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 15 * 60_000
/** Attempts are forgotten after this time without one, in milliseconds. */
const FORGET_MS = 60 * 60_000
/** Accounts and addresses that are remembered; the oldest are forgotten first. */
const MAX_REMEMBERED = 50_000

/**
 * Slows down guessing, by account and by address, with delays that double. It counts names that do not exist like
 * those that do, so it does not tell which is which.
 */
export class SignInGuard {
  private readonly attempts = new Map<string, Attempts>()

  /** @param now Milliseconds since 1970. */
  constructor(private readonly now: () => number = Date.now) {}

  /**
   * Counts an attempt before its password is looked at: of a hundred that arrive together, only the free ones pass.
   * @throws AppError 429 with the wait, which an attempt during the wait does not prolong.
   */
  attempt(account: string, address: string): void {
    const now = this.now()
    const entries = [
      { name: accountName(account), free: FREE.account },
      { name: addressName(address), free: FREE.address },
    ].map((each) => ({ ...each, entry: this.entry(each.name, now) }))
    const until = Math.max(...entries.map(({ entry }) => entry.blockedUntil))
    if (until > now) throw tooManyAttempts(until - now)
    for (const { name, free, entry } of entries) {
      entry.failed += 1
      entry.last = now
      if (entry.failed > free) entry.blockedUntil = now + waitMs(entry.failed - free)
      this.remember(name, entry)
    }
  }

  /**
   * The attempt was right: the account starts anew. The address is only given back this one attempt, or an attacker
   * would sign in as themselves between guesses.
   */
  succeeded(account: string, address: string): void {
    this.attempts.delete(accountName(account))
    const entry = this.attempts.get(addressName(address))
    if (!entry) return
    entry.failed -= 1
    entry.blockedUntil = 0
  }

  private entry(name: string, now: number): Attempts {
    const known = this.attempts.get(name)
    return known && now - known.last < FORGET_MS ? known : { failed: 0, blockedUntil: 0, last: now }
  }

  /** Only what was counted: names that are made up during a wait would push out those that matter. */
  private remember(name: string, entry: Attempts): void {
    // Deleting first keeps the map in the order of use.
    this.attempts.delete(name)
    this.attempts.set(name, entry)
    if (this.attempts.size > MAX_REMEMBERED) this.forgetOldest()
  }

  private forgetOldest(): void {
    const oldest = this.attempts.keys().next()
    if (!oldest.done) this.attempts.delete(oldest.value)
  }
}

function accountName(account: string): string {
  return `account:${account.trim().toLowerCase()}`
}

function addressName(address: string): string {
  return `address:${networkOf(address)}`
}

function waitMs(beyondFree: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (beyondFree - 1))
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
