'use client'

import { usePathname } from 'next/navigation'
import { Logo } from '@/components/ui/logo'
import { useActiveDownloads } from '@/lib/client/downloads/use-downloads'
import { LiveDot } from './live-dot'
import { navItemsFor } from './nav-items'
import { NavLink } from './nav-link'
import { PageLink } from './page-link'
import { SystemBars } from './system-bars'
import { UserMenu } from './user-menu'

type Props = { user: { name: string; email: string; role: 'admin' | 'user' } }

/** The navigation: a rail at the side of a desk, a bar at the bottom of a phone. */
export function Rail({ user }: Props) {
  const pathname = usePathname()
  const downloads = useActiveDownloads()
  const items = navItemsFor(user.role)
  return (
    <header className="fixed z-30 flex border-line bg-sunken max-sm:inset-x-0 max-sm:bottom-0 max-sm:border-t max-sm:pb-[env(safe-area-inset-bottom)] sm:inset-y-0 sm:left-0 sm:w-55 sm:flex-col sm:border-r sm:p-3">
      <div className="px-2.5 pt-2 pb-5 max-sm:hidden">
        <PageLink href="/" className="flex items-center gap-2.5 rounded-sm font-semibold text-base">
          <Logo className="size-5" />
          Runnel
        </PageLink>
        <LiveDot className="mt-3" />
      </div>
      <nav aria-label="Pages" className="flex gap-0.5 max-sm:flex-[3] sm:flex-col">
        {items
          .filter(({ place }) => place !== 'menu')
          .map((item) => (
            <NavLink
              key={item.href}
              item={item}
              pathname={pathname}
              count={item.href === '/models' ? downloads : 0}
            />
          ))}
      </nav>
      <div className="max-sm:flex max-sm:flex-1 sm:mt-auto sm:space-y-3">
        <SystemBars />
        <UserMenu user={user} pages={items.filter(({ place }) => place)} />
      </div>
    </header>
  )
}
