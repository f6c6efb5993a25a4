'use client'

import dynamic from 'next/dynamic'
import { createContext, type ReactNode, use, useEffect, useState } from 'react'

const Palette = dynamic(() => import('./palette'), { ssr: false })

const PaletteContext = createContext<() => void>(() => {})

/** Opens the command palette. */
export const useOpenPalette = () => use(PaletteContext)

type Props = { role: 'admin' | 'user'; children: ReactNode }

/** Lets ⌘K or Ctrl K open the palette anywhere. Its code is fetched when it is first opened. */
export function PaletteProvider({ role, children }: Props) {
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      setOpen((before) => !before)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <PaletteContext value={() => setOpen(true)}>
      {children}
      {open && <Palette role={role} onClose={() => setOpen(false)} />}
    </PaletteContext>
  )
}
