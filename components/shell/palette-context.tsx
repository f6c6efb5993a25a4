'use client'

import { useTheme } from 'next-themes'
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  use,
  useCallback,
  useEffect,
  useMemo,
  useState,
} from 'react'
import { PaletteWindow } from './palette-window'
import { type ShortcutAction, shortcutsFor } from './shortcuts'
import { useGo } from './use-go'
import { useShortcuts } from './use-shortcuts'

const ShortcutsDialog = lazy(() => import('./shortcuts-dialog'))

const PaletteContext = createContext<() => void>(() => {})

/** Opens the command palette. */
export const useOpenPalette = () => use(PaletteContext)

type Props = { role: 'admin' | 'user'; children: ReactNode }

/** Everything by keyboard: ⌘K or Ctrl K opens the palette anywhere, and shortcuts lead to every page. */
export function PaletteProvider({ role, children }: Props) {
  const [shown, setShown] = useState<'palette' | 'help' | null>(null)
  const shortcuts = useMemo(() => shortcutsFor(role), [role])
  const act = useAct(setShown)
  useShortcuts(shortcuts, act)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      setShown((before) => (before === 'palette' ? null : 'palette'))
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  const open = useCallback(() => setShown('palette'), [])
  const close = useCallback(() => setShown(null), [])
  return (
    <PaletteContext value={open}>
      {children}
      {shown === 'palette' && <PaletteWindow role={role} onClose={close} onAction={act} />}
      <Suspense>
        {shown === 'help' && <ShortcutsDialog shortcuts={shortcuts} onClose={close} />}
      </Suspense>
    </PaletteContext>
  )
}

/** Does what a shortcut or a row of the palette says. */
function useAct(show: (what: 'palette' | 'help') => void): (action: ShortcutAction) => void {
  const { go } = useGo()
  const { resolvedTheme, setTheme } = useTheme()
  return useCallback(
    (action) => {
      switch (action.kind) {
        case 'go':
          return go(action.href)
        case 'theme':
          return setTheme(resolvedTheme === 'dark' ? 'light' : 'dark')
        case 'palette':
        case 'help':
          return show(action.kind)
      }
    },
    [go, resolvedTheme, setTheme, show],
  )
}
