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
  /** What leads to it after a g. */
  letter: string
  /** Only admins see the page. */
  admin?: boolean
  /** Where it stands: everywhere, in the rail but on a phone in the menu, or always in the menu. */
  place?: 'rail' | 'menu'
}

/** The pages, in the order of the rail, the bottom bar and the palette. */
const NAV_ITEMS: readonly NavItem[] = [
  { href: '/', label: 'Overview', icon: Gauge, letter: 'o' },
  { href: '/chat', label: 'Chat', icon: MessageSquare, letter: 'c' },
  { href: '/models', label: 'Models', icon: HardDrive, letter: 'm' },
  { href: '/keys', label: 'Keys', icon: KeyRound, letter: 'k', place: 'rail' },
  { href: '/people', label: 'People', icon: Users, letter: 'p', admin: true, place: 'rail' },
  {
    href: '/activity',
    label: 'Activity',
    icon: ScrollText,
    letter: 'a',
    admin: true,
    place: 'rail',
  },
  { href: '/docs', label: 'API', icon: CodeXml, letter: 'd', place: 'rail' },
  { href: '/account', label: 'Account', icon: UserCog, letter: 'u', place: 'menu' },
]

/** The pages that somebody may see. */
export function navItemsFor(role: 'admin' | 'user'): readonly NavItem[] {
  return NAV_ITEMS.filter(({ admin }) => !admin || role === 'admin')
}

/** Whether a page belongs to an entry of the navigation. */
export function isCurrent(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`)
}
