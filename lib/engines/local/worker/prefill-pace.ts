const TARGET_MS = 50
const SMALLEST = 8
const LARGEST = 512

/**
 * How many prompt tokens to evaluate at a time: as many as take about 50 ms, so that a cancelled request stops soon
 * and the streams beside it do not stutter, however slow the model is.
 */
export class PrefillPace {
  /** Tokens a millisecond; a careful guess until something was measured. */
  private rate = 64 / TARGET_MS

  /** The size of the next piece when `sharing` prompts are evaluated side by side. */
  next(sharing: number): number {
    const size = Math.floor((this.rate * TARGET_MS) / Math.max(1, sharing))
    return Math.min(LARGEST, Math.max(SMALLEST, size))
  }

  /** Learns from a piece: its tokens, and how many milliseconds it took with `sharing` at once. */
  record(tokens: number, ms: number, sharing: number): void {
    if (tokens < SMALLEST || ms <= 0) return
    const seen = (tokens * Math.max(1, sharing)) / ms
    this.rate += (seen - this.rate) / 2
  }
}
