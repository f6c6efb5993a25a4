import type { Caller } from '@/lib/auth/caller'

/** The tokens that callers may still use. */
export type TokenBudget = {
  /**
   * Sets tokens aside for an answer before it is made.
   * @returns how to give them back, for when it has been counted what the answer used
   * @throws AppError 429 when none are left.
   */
  reserve(caller: Caller): Promise<() => void>
  /** Counts what a caller used for something that is no generation. */
  spend(caller: Caller, tokens: number): void
}
