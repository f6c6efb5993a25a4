import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'

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

/** A value once it has stayed the same for `ms`: what somebody types, when they pause. */
export function useSettled<Value>(value: Value, ms: number): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}
