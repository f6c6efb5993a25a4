'use client'

import { cn } from '@/components/ui/cn'
import { useFeedStatus } from '@/lib/client/feeds'
import { statusWords } from '@/lib/client/live/status-words'
import { useNow } from '@/lib/client/use-time'

const DOTS = {
  good: 'bg-good',
  warn: 'bg-warn',
  bad: 'bg-bad',
  quiet: 'bg-ink-muted/60',
}

/** Whether what is shown is live. The word beside the dot says it too. */
export function LiveDot({ className }: { className?: string }) {
  const { tone, label } = statusWords(useFeedStatus(), useNow(1000))
  return (
    <span className={cn('inline-flex items-center gap-2 text-ink-muted text-xs', className)}>
      <span
        aria-hidden
        className={cn('size-2 shrink-0 rounded-full transition-colors', DOTS[tone])}
      />
      <span className="truncate tabular-nums">{label}</span>
      {/* Counting down aloud would be noise: only a change of state is announced. */}
      <span role="status" className="sr-only">
        {tone === 'bad' ? `The connection to the server is lost: ${label}.` : ''}
      </span>
    </span>
  )
}
