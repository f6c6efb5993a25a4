import type { QueryClient } from '@tanstack/react-query'
import { DOWNLOADS_KEY } from '../downloads/queries'
import { MODELS_KEY } from '../models/queries'
import type { StreamEvent } from './sse-connection'

/** Reads again what an event of the progress feed has made old: a finished download is an installed model. */
export function refreshAfter({ event }: StreamEvent, queryClient: QueryClient): void {
  if (['complete', 'error', 'cancelled', 'reset'].includes(event))
    void queryClient.invalidateQueries({ queryKey: DOWNLOADS_KEY })
  if (['complete', 'reset'].includes(event))
    void queryClient.invalidateQueries({ queryKey: MODELS_KEY })
}
