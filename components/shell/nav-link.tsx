import { cn } from '@/components/ui/cn'
import { isCurrent, type NavItem } from './nav-items'
import { PageLink } from './page-link'

type Props = {
  item: NavItem
  pathname: string
  /** A number beside the name, such as how many downloads run; 0 shows nothing. */
  count: number
}

/** An entry of the rail: a row on a desk, a tab at the bottom of a phone. */
export function NavLink({ item: { href, label, icon: Icon, place }, pathname, count }: Props) {
  const current = isCurrent(href, pathname)
  return (
    <PageLink
      href={href}
      aria-current={current ? 'page' : undefined}
      className={cn(
        'relative flex items-center rounded-md transition-colors',
        'max-sm:h-14 max-sm:flex-1 max-sm:flex-col max-sm:justify-center max-sm:gap-1 max-sm:text-xs',
        'control gap-2.5 sm:px-2.5',
        place === 'rail' && 'max-sm:hidden',
        current
          ? 'font-medium text-ink sm:bg-press'
          : 'text-ink-muted hover:text-ink sm:hover:bg-hover',
      )}
    >
      <Icon aria-hidden className={cn('size-4 max-sm:size-5', current && 'text-accent-ink')} />
      {label}
      {count > 0 && (
        <span
          className={cn(
            'numeric rounded-full bg-accent-soft px-1.5 text-accent-ink text-xs',
            'sm:ml-auto max-sm:absolute max-sm:top-1.5 max-sm:left-[calc(50%+0.5rem)]',
          )}
        >
          {count}
          <span className="sr-only"> active</span>
        </span>
      )}
    </PageLink>
  )
}
