import { unlessAborted } from '@/lib/platform/abort'

/** Lets one job at a time work on one target; the others wait in the order in which they came. */
export class TargetLock {
  readonly #tails = new Map<string, Promise<void>>()

  /**
   * Waits until nobody else has `target`; gives how to release it.
   * @throws the signal's reason when it aborts first.
   */
  async acquire(target: string, signal: AbortSignal): Promise<() => void> {
    const before = this.#tails.get(target) ?? Promise.resolve()
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const tail = before.then(() => held)
    this.#tails.set(target, tail)
    void tail.then(() => {
      if (this.#tails.get(target) === tail) this.#tails.delete(target)
    })
    try {
      await unlessAborted(before, signal)
      return release
    } catch (error) {
      release()
      throw error
    }
  }
}
