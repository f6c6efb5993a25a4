import { useSyncExternalStore } from 'react'

/** What only the browser knows never changes while a page is shown. */
const subscribe = () => () => {}

/** Whether the page's script has taken over what the server rendered. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  )
}

/** Whether the keyboard is one of Apple's, as far as the browser tells; not before the page's script runs. */
export function useApple(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => /Mac|iPhone|iPad/.test(navigator.userAgent),
    () => false,
  )
}

/** The address of this server as the browser knows it; on the server, which can't know, the usual one. */
export function useOrigin(): string {
  return useSyncExternalStore(
    subscribe,
    () => window.location.origin,
    () => 'http://127.0.0.1:3000',
  )
}
