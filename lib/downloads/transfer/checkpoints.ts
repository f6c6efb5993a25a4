/**
 * Calls `checkpoint` again and again, never twice at once, until the returned function is called.
 * That function resolves when no call is under way. The first failure goes to `onError` and ends it.
 */
export function checkpointEvery(
  ms: number,
  checkpoint: () => Promise<void>,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let timer: ReturnType<typeof setTimeout>
  let running: Promise<void> = Promise.resolve()
  let stopped = false
  const schedule = () => {
    timer = setTimeout(() => {
      running = checkpoint().then(() => {
        if (!stopped) schedule()
      }, onError)
    }, ms)
  }
  schedule()
  return () => {
    stopped = true
    clearTimeout(timer)
    return running
  }
}
