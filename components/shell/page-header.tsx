import type { ReactNode } from 'react'
import { LiveDot } from './live-dot'
import { PaletteButton } from './palette-button'

type Props = {
  title: string
  /** Beside the title. */
  detail?: ReactNode
  /** The page has a search of its own. */
  searches?: boolean
  children?: ReactNode
}

/** The top of a page: its title, and the way to everything else. */
export function PageHeader({ title, detail, searches, children }: Props) {
  return (
    <header className="flex min-h-11 items-center gap-3">
      {/* Where there is no room for both, the word of the dot gives way. */}
      <h1 className="shrink-0 font-semibold text-2xl tracking-tight">{title}</h1>
      {detail && <div className="text-ink-muted">{detail}</div>}
      <LiveDot className="min-w-0 sm:hidden" />
      <div className="ml-auto flex shrink-0 items-center gap-2">
        {children}
        {!searches && <PaletteButton />}
      </div>
    </header>
  )
}
