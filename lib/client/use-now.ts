import { useCallback, useRef, useSyncExternalStore } from 'react'

/** The time in ms since 1970, read again every `everyMs` while the component is shown; 0 on the server. */
export function useNow(everyMs: number): number {
  const now = useRef(0)
  const subscribe = useCallback(
    (changed: () => void) => {
      const read = () => {
        now.current = Date.now()
        changed()
      }
      read()
      const timer = setInterval(read, everyMs)
      return () => clearInterval(timer)
    },
    [everyMs],
  )
  return useSyncExternalStore(
    subscribe,
    () => now.current,
    () => 0,
  )
}
