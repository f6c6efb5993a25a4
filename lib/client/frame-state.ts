/** A value that components follow. They hear of its changes at most once a frame, however many there are. */
export class FrameState<T> {
  readonly #listeners = new Set<() => void>()
  #frameAsked = false
  #value: T
  readonly #nextFrame: (task: () => void) => void

  /** @param nextFrame runs a task before the next frame is drawn */
  constructor(value: T, nextFrame: (task: () => void) => void) {
    this.#value = value
    this.#nextFrame = nextFrame
  }

  /** The value as it is now; the same object until it changes. */
  get current(): T {
    return this.#value
  }

  /** How many listen. */
  get listening(): number {
    return this.#listeners.size
  }

  /** Calls `listener` after each change; returns unsubscribe. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Changes the value. */
  change(value: T): void {
    this.#value = value
    if (this.#frameAsked) return
    this.#frameAsked = true
    this.#nextFrame(() => {
      this.#frameAsked = false
      for (const listener of this.#listeners) listener()
    })
  }
}
