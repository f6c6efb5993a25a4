/** What is produced at its own pace, to be taken in order by one reader. */
export class EventQueue<T> {
  #items: T[] = []
  #outcome: { kind: 'ended' } | { kind: 'failed'; error: unknown } | undefined
  #wake: (() => void) | undefined

  push(item: T): void {
    if (this.#outcome) return
    this.#items.push(item)
    this.#wake?.()
  }

  /** No more items; the reader finishes once it has taken those that are there. */
  end(): void {
    this.#outcome ??= { kind: 'ended' }
    this.#wake?.()
  }

  /** The reader gets what is there, then this error. */
  fail(error: unknown): void {
    this.#outcome ??= { kind: 'failed', error }
    this.#wake?.()
  }

  /** Everything in order until the end. @throws what `fail` was given */
  async *read(): AsyncGenerator<T, void> {
    for (;;) {
      const batch = this.#items
      this.#items = []
      yield* batch
      if (this.#items.length > 0) continue
      if (this.#outcome?.kind === 'failed') throw this.#outcome.error
      if (this.#outcome) return
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
