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
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
