import { useSyncExternalStore } from 'react'

const subscribe = () => () => {}

/** Whether the page's script has taken over what the server rendered. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  )
}
