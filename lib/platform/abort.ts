import { setTimeout as sleep } from 'node:timers/promises'

/** Waits so many milliseconds; none when it is negative. Rejects with the signal's reason when it aborts first. */
export async function sleepUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (ms <= 0) return
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    // The timer's own error says only that it was aborted.
    signal.throwIfAborted()
    throw error
  })
}

/** The outcome of `work`; rejects with the signal's reason when it aborts first. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    // Before the look at the signal: work that is given up may fail yet, and nobody else handles that.
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
