import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

type Props = {
  icon: LucideIcon
  title: string
  /** The one action that fills it. */
  action?: ReactNode
  children?: ReactNode
}

/** What stands where a list has nothing to show. */
export function EmptyState({ icon: Icon, title, action, children }: Props) {
  return (
    <div className="flex flex-col items-center gap-1 px-4 py-10 text-center">
      <Icon aria-hidden strokeWidth={1.5} className="mb-2 size-6 text-ink-muted" />
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-96 text-balance text-ink-muted">{children}</div>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  )
}
