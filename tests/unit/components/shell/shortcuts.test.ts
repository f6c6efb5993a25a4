import { describe, expect, it } from 'vitest'
import { navItemsFor } from '@/components/shell/nav-items'
import { matchKeys, shortcutsFor } from '@/components/shell/shortcuts'

describe('shortcuts', () => {
  const all = shortcutsFor('admin')

  it('lead to every page that a role may see, and to no other', () => {
    for (const role of ['admin', 'user'] as const) {
      const hrefs = shortcutsFor(role).flatMap(({ action, keys }) =>
        action.kind === 'go' && keys[0] === 'g' ? [action.href] : [],
      )
      expect(hrefs).toEqual(navItemsFor(role).map(({ href }) => href))
    }
  })

  it('are told apart by their keys', () => {
    for (const shortcut of all) {
      expect(matchKeys(all, shortcut.keys)).toBe(shortcut)
      const begun = shortcut.keys.slice(0, -1)
      if (begun.length > 0) expect(matchKeys(all, begun)).toBe('begun')
    }
  })

  it('mean nothing with a key that none has', () => {
    expect(matchKeys(all, ['g', 'x'])).toBeNull()
    expect(matchKeys(all, ['é'])).toBeNull()
  })
})
