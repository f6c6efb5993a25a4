'use client'

import { type ComponentProps, useLayoutEffect, useRef } from 'react'
import { createPortal } from 'react-dom'
import { cn } from './cn'

type Props = ComponentProps<'dialog'> & {
  /** Called for Escape and for a click beside it. */
  onClose: () => void
}

const CONTROLS = ':is(input, select, textarea, button):enabled, a[href]'

/** Begins at the first thing that can be done, or, while that is on its way, at the window: not at the way out of it. */
function focusFirst(dialog: HTMLDialogElement): void {
  const controls = dialog.querySelectorAll<HTMLElement>(CONTROLS)
  const first = [...controls].find(
    (control) => control.checkVisibility() && !control.hasAttribute('data-leaves'),
  )
  const target = first ?? dialog
  target.focus()
}

/**
 * A window over the page, in the browser's top layer: what is behind it can't be reached, and the focus goes back
 * to where it was. It is open for as long as it is rendered.
 */
export function Modal({ onClose, className, ...props }: Props) {
  const ref = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    // Browsers may begin at a box that scrolls around the fields.
    if (dialog) focusFirst(dialog)
    return () => dialog?.close()
  }, [])
  return createPortal(
    <dialog
      {...props}
      ref={ref}
      tabIndex={-1}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      // A browser may close it by itself when Escape is pressed twice.
      onClose={({ currentTarget }) => !currentTarget.open && onClose()}
      // What is beside the content is the dialog itself.
      onMouseDown={({ target, currentTarget }) => target === currentTarget && onClose()}
      className={cn(
        'fixed inset-0 max-w-none outline-hidden animate-appear bg-surface text-ink shadow-elevated backdrop:animate-appear backdrop:bg-veil',
        className,
      )}
    />,
    document.body,
  )
}
