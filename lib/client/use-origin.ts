import { useSyncExternalStore } from 'react'

const subscribe = () => () => {}

/** The address of this server as the browser knows it; on the server, which can't know, the usual one. */
export function useOrigin(): string {
  return useSyncExternalStore(
    subscribe,
    () => window.location.origin,
    () => 'http://127.0.0.1:3000',
  )
}
