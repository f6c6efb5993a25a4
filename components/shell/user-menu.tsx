'use client'

import { ChevronsUpDown, CircleUser, LogOut, Monitor, Moon, Sun } from 'lucide-react'
import { useTheme } from 'next-themes'
import { Menu, type MenuItem } from '@/components/ui/menu'
import { toastError } from '@/components/ui/toast'
import { ClientError } from '@/lib/client/client-error'
import type { NavItem } from './nav-items'
import { useGo } from './use-go'

type Props = {
  user: { name: string; email: string }
  /** Pages that are reached from here; on a desk, the rail has some of them already. */
  pages: readonly NavItem[]
}

const LOOKS = [
  { id: 'light', label: 'Light', icon: Sun },
  { id: 'dark', label: 'Dark', icon: Moon },
  { id: 'system', label: 'As the system', icon: Monitor },
]

/** The themes, and which one is used. */
function useLookItems(): MenuItem[] {
  const { theme, setTheme } = useTheme()
  return LOOKS.map(({ id, label, icon }, index) => ({
    label,
    icon,
    startsGroup: index === 0,
    detail: theme === id ? 'now' : undefined,
    onSelect: () => setTheme(id),
  }))
}

/** What signs in and out is fetched for it: every page has this menu, and few are left by it. */
async function leave(): Promise<void> {
  try {
    const { signOut } = await import('@/lib/client/session')
    await signOut()
  } catch (cause) {
    toastError(cause instanceof ClientError ? cause : ClientError.unreachable(cause))
  }
}

/** Who is signed in, how the pages look, and the way out. */
export function UserMenu({ user, pages }: Props) {
  const looks = useLookItems()
  const { go } = useGo()
  const items: MenuItem[] = [
    ...pages.map(({ href, label, icon, place }) => ({
      label,
      icon,
      phoneOnly: place === 'rail',
      onSelect: () => go(href),
    })),
    ...looks,
    {
      label: 'Sign out',
      icon: LogOut,
      startsGroup: true,
      onSelect: () => void leave(),
    },
  ]
  return (
    <Menu
      align="start"
      side="top"
      heading={<p className="truncate text-ink-muted text-xs">{user.email}</p>}
      items={items}
      trigger={
        <button
          type="button"
          className="flex items-center rounded-md text-ink-muted transition-colors hover:text-ink max-sm:h-14 max-sm:flex-1 max-sm:flex-col max-sm:justify-center max-sm:gap-1 max-sm:text-xs sm:h-9 sm:w-full sm:gap-2.5 sm:px-2.5 sm:hover:bg-hover sm:pointer-coarse:h-11"
        >
          <CircleUser aria-hidden className="size-4 max-sm:size-5" />
          <span className="min-w-0 truncate max-sm:hidden">{user.name}</span>
          <span className="sm:hidden">You</span>
          <ChevronsUpDown aria-hidden className="ml-auto size-3.5 max-sm:hidden" />
        </button>
      }
    />
  )
}
