/** Something that happens now and then, without a value. */
export class Signal {
  private readonly listeners = new Set<() => void>()

  raise(): void {
    for (const listener of [...this.listeners]) listener()
  }

  /** Calls `listener` each time; returns how to stop it. */
  onRaise(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Resolves the next time. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.onRaise(() => {
        stop()
        resolve()
      })
    })
  }
}
