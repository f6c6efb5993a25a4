import { useSyncExternalStore } from 'react'

const subscribe = () => () => {}

/** Whether the keyboard is one of Apple's, as far as the browser tells; not before the page's script runs. */
export function useApple(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => /Mac|iPhone|iPad/.test(navigator.userAgent),
    () => false,
  )
}
