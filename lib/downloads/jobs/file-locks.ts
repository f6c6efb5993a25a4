import type { ResolvedFile } from '@/lib/hub/reference'
import { unlessAborted } from '@/lib/platform/abort'

/** Releases a lock; a second call does nothing. */
export type Release = () => void

/**
 * Lets one job at a time write a file, whatever it was asked for by: two references may mean the same file, and two
 * quantizations share a projector. The others wait in the order in which they came. Nobody waits for ever: whoever needs
 * several files takes them in `lockOrder`.
 */
export class FileLocks {
  readonly #tails = new Map<string, Promise<void>>()

  /** Whether somebody has the file. */
  isHeld(path: string): boolean {
    return this.#tails.has(path)
  }

  /**
   * Waits until nobody else has the file at `path`.
   * @throws the signal's reason when it aborts first.
   */
  async acquire(path: string, signal: AbortSignal): Promise<Release> {
    const before = this.#tails.get(path) ?? Promise.resolve()
    let release: Release = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const tail = before.then(() => held)
    this.#tails.set(path, tail)
    void tail.then(() => {
      if (this.#tails.get(path) === tail) this.#tails.delete(path)
    })
    try {
      await unlessAborted(before, signal)
      return release
    } catch (error) {
      release()
      throw error
    }
  }

  /** Takes all of these files. @throws the signal's reason when it aborts first; none is held then. */
  async acquireAll(files: readonly ResolvedFile[], signal: AbortSignal): Promise<Release> {
    const held: Release[] = []
    const release = () => {
      for (const each of held.splice(0)) each()
    }
    try {
      for (const { path } of lockOrder(files)) held.push(await this.acquire(path, signal))
      return release
    } catch (error) {
      release()
      throw error
    }
  }
}

/**
 * The one order in which everybody takes files. Weights come first: while one quantization still fetches its own, another
 * that shares its projector can fetch its own too.
 */
export function lockOrder(files: readonly ResolvedFile[]): readonly ResolvedFile[] {
  const rank = ({ role }: ResolvedFile) => (role === 'weights' ? 0 : 1)
  const order = (a: ResolvedFile, b: ResolvedFile) =>
    rank(a) - rank(b) || (a.path < b.path ? -1 : Number(a.path > b.path))
  return files.toSorted(order)
}
