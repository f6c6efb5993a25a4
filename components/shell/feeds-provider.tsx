'use client'

import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { createFeeds, FeedsContext } from '@/lib/client/feeds'

/** Holds the streams that the pages share, and wakes them when the tab, the network or the laptop comes back. */
export function FeedsProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient()
  const [feeds] = useState(() => createFeeds(queryClient))
  useEffect(() => {
    const wake = () => {
      if (document.visibilityState === 'visible')
        for (const feed of Object.values(feeds)) feed.wake()
    }
    window.addEventListener('online', wake)
    window.addEventListener('pageshow', wake)
    document.addEventListener('visibilitychange', wake)
    return () => {
      window.removeEventListener('online', wake)
      window.removeEventListener('pageshow', wake)
      document.removeEventListener('visibilitychange', wake)
    }
  }, [feeds])
  return <FeedsContext value={feeds}>{children}</FeedsContext>
}
