/** Wakes one waiter. A ring that nobody waits for is kept, so that a wake-up is never lost; many are one. */
export class Bell {
  #rung = false
  #wake: (() => void) | undefined

  ring(): void {
    const wake = this.#wake
    if (!wake) {
      this.#rung = true
      return
    }
    this.#wake = undefined
    wake()
  }

  /** Resolves at the next ring, or at once when it has rung since the last wait. */
  wait(): Promise<void> {
    if (this.#rung) {
      this.#rung = false
      return Promise.resolve()
    }
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
