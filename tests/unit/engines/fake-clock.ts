/** A clock that stands still until it is told to go on. */
export class FakeClock {
  #time = 0
  readonly #timers = new Set<{ at: number; run: () => void }>()

  readonly now = (): number => this.#time

  /** Runs something later. @returns how to call it off */
  readonly later = (run: () => void, ms: number): (() => void) => {
    const timer = { at: this.#time + ms, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Lets time pass; what is due runs in its order. */
  advance(ms: number): void {
    const end = this.#time + ms
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      this.#timers.delete(due)
      this.#time = due.at
      due.run()
    }
    this.#time = end
  }
}
