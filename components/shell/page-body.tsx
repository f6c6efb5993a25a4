'use client'

import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'
import { useFeedStatus } from '@/lib/client/feeds'
import { statusWords } from '@/lib/client/live/status-words'
import { useNow } from '@/lib/client/use-time'
import { ConnectionNote } from './connection-note'

/** The frame of a page's content. Without the server it says since when, and greys what was known then. */
export function PageBody({ children }: { children: ReactNode }) {
  const status = useFeedStatus()
  const { tone, staleSince } = statusWords(status, useNow(1000))
  const offline = tone === 'bad'
  return (
    <div className="mx-auto max-w-300 px-4 py-5 sm:px-8 sm:py-7">
      {offline && <ConnectionNote status={status} staleSince={staleSince} />}
      <div className={cn('flex flex-col gap-7 transition-opacity', offline && 'opacity-60')}>
        {children}
      </div>
    </div>
  )
}
