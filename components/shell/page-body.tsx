'use client'

import { CloudOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'
import { useFeedStatus } from '@/lib/client/live/feeds'
import { statusWords } from '@/lib/client/live/status-words'
import { useNow } from '@/lib/client/use-now'

/** The frame of a page's content. Without the server it says since when, and greys what was known then. */
export function PageBody({ children }: { children: ReactNode }) {
  const status = useFeedStatus()
  const { tone, staleSince } = statusWords(status, useNow(1000))
  const offline = tone === 'bad'
  return (
    <div className="mx-auto max-w-300 px-4 py-5 sm:px-8 sm:py-7">
      {offline && (
        <p className="mb-5 flex items-center gap-2.5 rounded-md border border-bad/40 bg-bad-soft px-3 py-2.5">
          <CloudOff aria-hidden className="size-4 shrink-0 text-bad-ink" />
          <span>
            {status.kind === 'refused' ? status.message : 'Runnel does not answer.'}
            {staleSince !== null && ` What you see is from ${clock(staleSince)}.`}
          </span>
        </p>
      )}
      <div className={cn('flex flex-col gap-7 transition-opacity', offline && 'opacity-60')}>
        {children}
      </div>
    </div>
  )
}

function clock(at: number): string {
  return new Date(at).toLocaleTimeString('en', {
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  })
}
