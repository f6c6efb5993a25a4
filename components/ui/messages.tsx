'use client'

import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { toast as show, Toaster } from 'sonner'
import { Spinner } from './spinner'
import type { Toast } from './toast'

export type MessagesProps = {
  /** Those that are not shown yet. */
  toasts: readonly Toast[]
  /** Says which of them were. */
  onShown: (toasts: readonly Toast[]) => void
}

const MARKS = {
  good: <CircleCheck aria-hidden className="size-4 text-good-ink" />,
  bad: <CircleAlert aria-hidden className="size-4 text-bad-ink" />,
  busy: <Spinner className="text-ink-muted" />,
}
/** Ms that a message stays. What is busy stays until it is told otherwise; bad news take longer to read. */
const STAYS = { good: 4000, bad: 8000, busy: Number.POSITIVE_INFINITY }

const LOOKS = {
  toast:
    'pointer-events-auto flex w-(--width) items-start gap-2.5 rounded-md border bg-surface py-2.5 pr-1.5 pl-3.5 text-ink shadow-elevated',
  icon: 'mt-0.5 shrink-0',
  content: 'min-w-0 flex-1 break-words',
  description: 'text-ink-muted',
  closeButton:
    'order-last -my-1 inline-flex size-7 shrink-0 items-center justify-center rounded-md text-ink-muted hover:bg-hover hover:text-ink pointer-coarse:size-9',
}

/** Short messages in the browser's top layer, so that they stand above a dialog too. */
export function Messages({ toasts, onShown }: MessagesProps) {
  const layer = useRef<HTMLDivElement>(null)
  // Open before there is a message: screen readers follow only what they have seen.
  useEffect(() => layer.current?.showPopover(), [])
  useEffect(() => {
    if (toasts.length === 0) return
    for (const { id, text, hint, tone } of toasts)
      show(text, { id, description: hint, icon: MARKS[tone], duration: STAYS[tone] })
    // Shown anew, it comes above a dialog that was opened since.
    layer.current?.hidePopover()
    layer.current?.showPopover()
    onShown(toasts)
  }, [toasts, onShown])
  return (
    <div ref={layer} popover="manual" className="pointer-events-none size-0 overflow-visible">
      <Toaster
        // At the top, where they cover neither the button that sends nor the bar of a phone.
        position="top-center"
        style={{ fontFamily: 'inherit' }}
        offset={12}
        mobileOffset={12}
        closeButton
        containerAriaLabel="Messages"
        icons={{ close: <X aria-hidden className="size-4" /> }}
        toastOptions={{ unstyled: true, classNames: LOOKS, closeButtonAriaLabel: 'Dismiss' }}
      />
    </div>
  )
}
