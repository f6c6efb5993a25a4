import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

type Props = {
  icon: LucideIcon
  title: string
  /** It is all that the page has: its title is the page's. */
  isPage?: boolean
  /** The one action that fills it. */
  action?: ReactNode
  children?: ReactNode
}

/** What stands where a list has nothing to show. */
export function EmptyState({ icon: Icon, title, isPage, action, children }: Props) {
  const Title = isPage ? 'h1' : 'p'
  return (
    <div className="flex flex-col items-center gap-1 px-4 py-10 text-center">
      <Icon aria-hidden strokeWidth={1.5} className="mb-2 size-6 text-ink-muted" />
      <Title className="font-medium">{title}</Title>
      {children && <div className="max-w-96 text-balance text-ink-muted">{children}</div>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  )
}
