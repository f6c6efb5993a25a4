'use client'

import { type ComponentProps, useEffect, useLayoutEffect, useState } from 'react'
import { toastError } from '@/components/ui/toast'
import type Palette from './palette'

type Props = Omit<ComponentProps<typeof Palette>, 'initialText'>

/** The command palette. Its code comes when it is first opened; what is typed until then is kept for it. */
export function PaletteWindow(props: Props) {
  const [Loaded, setLoaded] = useState<typeof Palette | null>(null)
  const [typed, setTyped] = useState('')
  const { onClose } = props
  useEffect(() => {
    let wanted = true
    import('./palette').then(
      (module) => wanted && setLoaded(() => module.default),
      () => {
        if (!wanted) return
        onClose()
        toastError(new Error('The command palette could not be loaded. Check that Runnel answers.'))
      },
    )
    return () => {
      wanted = false
    }
  }, [onClose])
  useLayoutEffect(() => {
    if (Loaded) return
    const keep = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
      if (event.key === 'Escape') onClose()
      else if (event.key === 'Backspace') setTyped((before) => before.slice(0, -1))
      else if (event.key.length === 1) setTyped((before) => before + event.key)
      else return
      // Neither a shortcut nor the field that has the focus still gets it.
      event.preventDefault()
      event.stopPropagation()
    }
    window.addEventListener('keydown', keep, { capture: true })
    return () => window.removeEventListener('keydown', keep, { capture: true })
  }, [Loaded, onClose])
  return Loaded && <Loaded {...props} initialText={typed} />
}
