'use client'

import { type ComponentProps, useLayoutEffect, useRef } from 'react'
import { createPortal } from 'react-dom'
import { cn } from './cn'

type Props = ComponentProps<'dialog'> & {
  /** Called for Escape and for a click beside it. */
  onClose: () => void
}

/** Browsers focus the first thing that can be, which may be a box that scrolls around the fields. */
function focusControl(dialog: HTMLDialogElement | null): void {
  const controls = 'input:enabled, select:enabled, textarea:enabled, button:enabled, a[href]'
  if (!document.activeElement?.matches(controls))
    dialog?.querySelector<HTMLElement>(controls)?.focus()
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
    focusControl(dialog)
    return () => dialog?.close()
  }, [])
  return createPortal(
    <dialog
      {...props}
      ref={ref}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      // A browser may close it by itself when Escape is pressed twice.
      onClose={({ currentTarget }) => !currentTarget.open && onClose()}
      // What is beside the content is the dialog itself.
      onMouseDown={({ target, currentTarget }) => target === currentTarget && onClose()}
      className={cn(
        'fixed inset-0 max-w-none animate-appear bg-surface text-ink shadow-elevated backdrop:animate-appear backdrop:bg-veil',
        className,
      )}
    />,
    document.body,
  )
}
