import { useEffect } from 'react'
import { areShortcutsOn } from '@/lib/client/shortcuts-setting'
import { matchKeys, type Shortcut, type ShortcutAction } from './shortcuts'

/** Ms after which the first key of two is forgotten. */
const CHORD_MS = 1200

/** Runs `onAction` for the shortcuts that are pressed, while nobody writes and no window is open. */
export function useShortcuts(
  shortcuts: readonly Shortcut[],
  onAction: (action: ShortcutAction) => void,
): void {
  useEffect(() => {
    let typed: string[] = []
    let last = 0
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') leaveField(event.target)
      if (isMeantForSomethingElse(event) || !areShortcutsOn()) return
      if (event.timeStamp - last > CHORD_MS) typed = []
      last = event.timeStamp
      typed = [...typed, event.key]
      const match = matchKeys(shortcuts, typed)
      if (match === 'begun') return
      typed = []
      if (!match) return
      event.preventDefault()
      onAction(match.action)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [shortcuts, onAction])
}

function isMeantForSomethingElse(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true
  if (event.key === 'Shift') return true
  return isWindowOpen() || isField(event.target)
}

/** Escape leaves a field, so that shortcuts work again. */
function leaveField(target: EventTarget | null): void {
  if (isField(target) && !isWindowOpen()) target.blur()
}

function isField(target: EventTarget | null): target is HTMLElement {
  return target instanceof HTMLElement && target.matches('input, textarea, select')
}

function isWindowOpen(): boolean {
  return document.querySelector('dialog:modal, [role="menu"]:popover-open') !== null
}
