import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn'

const TONES = {
  info: { box: 'border-line bg-sunken', text: 'text-ink-muted', icon: Info },
  warn: { box: 'border-warn/40 bg-warn-soft', text: 'text-warn-ink', icon: TriangleAlert },
  bad: { box: 'border-bad/40 bg-bad-soft', text: 'text-bad-ink', icon: CircleAlert },
}

type Props = {
  tone?: keyof typeof TONES
  /** Its message, and its hint when it has one. */
  error?: Error & { hint?: string | null }
  /** Buttons at the end. */
  actions?: ReactNode
  className?: string
  children?: ReactNode
}

/** A sentence that must be read: what happened, and what to do about it. */
export function Notice({ tone = 'info', error, actions, className, children }: Props) {
  const { box, text, icon: Icon } = TONES[tone]
  return (
    <div
      role={tone === 'bad' ? 'alert' : 'status'}
      className={cn(
        'flex flex-wrap items-start gap-x-3 gap-y-2 rounded-md border px-3 py-2.5',
        box,
        className,
      )}
    >
      <Icon aria-hidden className={cn('size-4 shrink-0', actions ? 'mt-1.5' : 'mt-0.5', text)} />
      <div className={cn('min-w-48 flex-1 break-words', actions && 'py-1')}>
        {children}
        {error && <p className="font-medium">{error.message}</p>}
        {error?.hint && <p className="mt-0.5 text-ink-muted">{error.hint}</p>}
      </div>
      {actions && <div className="flex gap-2">{actions}</div>}
    </div>
  )
}
