'use client'

import 'katex/dist/katex.min.css'
import katex from 'katex'
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'

type Props = { tex: string; display: boolean; source: ReactNode }

/** A formula as KaTeX sets it; its TeX where KaTeX can't read it. It may follow no link and load nothing. */
export default function Typeset({ tex, display, source }: Props) {
  const ref = useRef<HTMLSpanElement>(null)
  const [failed, setFailed] = useState<string | null>(null)
  useLayoutEffect(() => {
    if (!ref.current) return
    try {
      katex.render(tex, ref.current, { displayMode: display, trust: false, maxSize: 20 })
    } catch {
      // Not only its own errors: deep brackets end in one of the engine's.
      setFailed(tex)
    }
  }, [tex, display])
  if (failed === tex) return source
  return <span ref={ref} />
}
