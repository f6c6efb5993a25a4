'use client'

import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { IconButton } from './icon-button'
import { Spinner } from './spinner'
import { onToast, type Toast } from './toast'

/** Where short messages appear. Once in the app. */
export function Toaster() {
  const [toasts, setToasts] = useState<readonly Toast[]>([])
  const list = useRef<HTMLOListElement>(null)
  const dismiss = (id: string) => setToasts((shown) => shown.filter((toast) => toast.id !== id))
  useEffect(
    () =>
      onToast((toast) => {
        setToasts((shown) => [...shown.filter(({ id }) => id !== toast.id), toast])
        // Shown anew, it comes above a dialog that was opened since.
        list.current?.hidePopover()
        list.current?.showPopover()
      }),
    [],
  )
  return (
    <ol
      ref={list}
      popover="manual"
      aria-label="Messages"
      aria-live="polite"
      // At the top, where it covers neither the button that sends nor the bar of a phone.
      className="pointer-events-none fixed inset-x-0 top-3 bottom-auto mx-auto flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2 bg-transparent [&:not(:popover-open)]:hidden"
    >
      {toasts.map((toast) => (
        <Message key={toast.id} toast={toast} onDone={() => dismiss(toast.id)} />
      ))}
    </ol>
  )
}

const MARKS = {
  good: <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good-ink" />,
  bad: <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad-ink" />,
  busy: <Spinner className="mt-0.5 shrink-0 text-ink-muted" />,
}
/** Ms that a message stays. What is busy stays until it is told otherwise; bad news take longer to read. */
const STAYS = { good: 4000, bad: 8000, busy: undefined }

function Message({ toast, onDone }: { toast: Toast; onDone: () => void }) {
  const { tone, text, hint } = toast
  const [held, setHeld] = useState(false)
  const done = useRef(onDone)
  useEffect(() => {
    done.current = onDone
  })
  useEffect(() => {
    const stays = STAYS[tone]
    if (held || stays === undefined) return
    const timer = setTimeout(() => done.current(), stays)
    return () => clearTimeout(timer)
  }, [held, tone])
  return (
    <li
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      // At the top, where it covers neither the button that sends nor the bar of a phone.
      className="pointer-events-auto flex animate-appear items-start gap-2.5 rounded-md border bg-surface py-2.5 pr-1.5 pl-3.5 text-ink shadow-elevated"
    >
      {MARKS[tone]}
      <div className="min-w-0 flex-1 break-words">
        <p>{text}</p>
        {hint && <p className="text-ink-muted">{hint}</p>}
      </div>
      <IconButton icon={X} label="Dismiss" size="sm" onClick={onDone} className="-my-1" />
    </li>
  )
}
