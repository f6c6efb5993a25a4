import { navItemsFor } from './nav-items'

/** What a shortcut does. */
export type ShortcutAction =
  | { kind: 'go'; href: string }
  | { kind: 'palette' }
  | { kind: 'theme' }
  | { kind: 'help' }

export type Shortcut = {
  /** Pressed one after the other. */
  keys: readonly string[]
  label: string
  action: ShortcutAction
}

const GENERAL: readonly Shortcut[] = [
  { keys: ['/'], label: 'Command palette', action: { kind: 'palette' } },
  { keys: ['n'], label: 'Start a chat', action: { kind: 'go', href: '/chat' } },
  { keys: ['t'], label: 'Light or dark', action: { kind: 'theme' } },
  { keys: ['?'], label: 'Show the shortcuts', action: { kind: 'help' } },
]

/** The shortcuts of somebody with a role: the general ones, and g with a letter for each page. */
export function shortcutsFor(role: 'admin' | 'user'): readonly Shortcut[] {
  const pages = navItemsFor(role).map(
    ({ href, label, letter }): Shortcut => ({
      keys: ['g', letter],
      label,
      action: { kind: 'go', href },
    }),
  )
  return [...GENERAL, ...pages]
}

/** What some keys mean, pressed one after the other: a shortcut, the beginning of one, or nothing. */
export function matchKeys(
  shortcuts: readonly Shortcut[],
  typed: readonly string[],
): Shortcut | 'begun' | null {
  const begun = shortcuts.filter(({ keys }) => typed.every((key, index) => keys[index] === key))
  return (
    begun.find(({ keys }) => keys.length === typed.length) ?? (begun.length > 0 ? 'begun' : null)
  )
}
