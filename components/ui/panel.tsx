import type { ReactNode } from 'react'
import { cn } from './cn'

type Props = {
  title: string
  /** A count or a sum beside the title. */
  detail?: ReactNode
  actions?: ReactNode
  className?: string
  children: ReactNode
}

/** A part of a page with a title, framed by a hairline. */
export function Panel({ title, detail, actions, className, children }: Props) {
  return (
    <section aria-label={title} className={cn('min-w-0', className)}>
      <header className="flex min-h-9 items-center gap-3 pb-2">
        <h2 className="shrink-0 font-semibold">{title}</h2>
        {detail && <div className="numeric min-w-0 truncate text-ink-muted text-xs">{detail}</div>}
        {actions && <div className="ml-auto flex shrink-0 items-center gap-2">{actions}</div>}
      </header>
      <div className="overflow-hidden rounded-md border bg-surface">{children}</div>
    </section>
  )
}
