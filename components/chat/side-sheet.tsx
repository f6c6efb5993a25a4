'use client'

import { lazy, Suspense } from 'react'
import type { SheetProps } from './sheet'

const Sheet = lazy(() => import('./sheet'))

/** A column of a wide page, as a window over the edge of a narrow one, which is fetched when it is first opened. */
export function SideSheet({ open, ...sheet }: SheetProps & { open: boolean }) {
  return <Suspense>{open && <Sheet {...sheet} />}</Suspense>
}
