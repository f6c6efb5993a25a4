import { Gauge, HardDrive, type LucideIcon, MessageSquare } from 'lucide-react'

type NavItem = { href: string; label: string; icon: LucideIcon }

/** The pages, in the order of the rail, the bottom bar and the palette. */
export const NAV_ITEMS: readonly NavItem[] = [
  { href: '/', label: 'Overview', icon: Gauge },
  { href: '/chat', label: 'Chat', icon: MessageSquare },
  { href: '/models', label: 'Models', icon: HardDrive },
]

/** Whether a page belongs to an entry of the navigation. */
export function isCurrent(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`)
}
