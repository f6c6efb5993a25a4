'use client'

import { Search } from 'lucide-react'
import { useApple } from '@/lib/client/use-browser'
import { useOpenPalette } from './palette-context'

/** Opens the command palette, and tells its shortcut. */
export function PaletteButton() {
  const open = useOpenPalette()
  const apple = useApple()
  return (
    <button
      type="button"
      onClick={open}
      aria-keyshortcuts="/ Meta+K Control+K"
      className="control flex items-center gap-2.5 rounded-md border border-line-strong bg-surface px-2.5 text-ink-muted transition-colors hover:bg-hover hover:text-ink sm:w-64 sm:px-3"
    >
      <Search aria-hidden className="size-4 shrink-0" />
      <span className="max-sm:sr-only">Search the hub…</span>
      <kbd className="ml-auto rounded-sm border px-1.5 font-sans text-xs max-sm:hidden">
        {apple ? '⌘K' : 'Ctrl K'}
      </kbd>
    </button>
  )
}
