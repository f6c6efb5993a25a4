import {
  CodeXml,
  Gauge,
  HardDrive,
  KeyRound,
  type LucideIcon,
  MessageSquare,
  ScrollText,
  UserCog,
  Users,
} from 'lucide-react'

export type NavItem = {
  href: string
  label: string
  icon: LucideIcon
  /** Only admins see the page. */
  admin?: boolean
  /** Where it stands: everywhere, in the rail but on a phone in the menu, or always in the menu. */
  place?: 'rail' | 'menu'
}

/** The pages, in the order of the rail, the bottom bar and the palette. */
const NAV_ITEMS: readonly NavItem[] = [
  { href: '/', label: 'Overview', icon: Gauge },
  { href: '/chat', label: 'Chat', icon: MessageSquare },
  { href: '/models', label: 'Models', icon: HardDrive },
  { href: '/keys', label: 'Keys', icon: KeyRound, place: 'rail' },
  { href: '/people', label: 'People', icon: Users, admin: true, place: 'rail' },
  { href: '/activity', label: 'Activity', icon: ScrollText, admin: true, place: 'rail' },
  { href: '/docs', label: 'API', icon: CodeXml, place: 'rail' },
  { href: '/account', label: 'Account', icon: UserCog, place: 'menu' },
]

/** The pages that somebody may see. */
export function navItemsFor(role: 'admin' | 'user'): readonly NavItem[] {
  return NAV_ITEMS.filter(({ admin }) => !admin || role === 'admin')
}

/** Whether a page belongs to an entry of the navigation. */
export function isCurrent(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`)
}
