import { useEffect, useState, useSyncExternalStore } from 'react'
import { CallRun } from './call-run'

/** A runner for the calls that a part of a page sends, and how the last one goes; it stops with that part. */
export function useCallRun() {
  const [run] = useState(
    () =>
      new CallRun({
        fetch: (...args) => fetch(...args),
        now: () => performance.now(),
        nextFrame: (task) => void requestAnimationFrame(task),
      }),
  )
  const state = useSyncExternalStore(run.subscribe, run.getSnapshot, run.getServerSnapshot)
  useEffect(() => () => run.stop(), [run])
  return { run, state }
}
