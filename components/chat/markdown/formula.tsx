'use client'

import { lazy, Suspense } from 'react'
import { ScrollBox } from './scroll-box'

const Typeset = lazy(() => import('./typeset'))

type Props = {
  tex: string
  /** Whether it stands on lines of its own. */
  display: boolean
  /** Whether its end has not come yet: half a formula can't be set. */
  open: boolean
}

/** A formula. Its TeX is shown until it is whole, and until KaTeX, which is fetched with the first one, is there. */
export function Formula({ tex, display, open }: Props) {
  const source = (
    <code dir="ltr" className="whitespace-pre-wrap font-mono text-[0.875em] text-ink-muted">
      {tex}
    </code>
  )
  const content = open ? (
    source
  ) : (
    <Suspense fallback={source}>
      <Typeset tex={tex} display={display} source={source} />
    </Suspense>
  )
  if (!display) return <span dir="ltr">{content}</span>
  return (
    <ScrollBox as="span" label="Formula" dir="ltr" className="overflow-y-hidden py-1">
      {content}
    </ScrollBox>
  )
}
