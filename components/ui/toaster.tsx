'use client'

import { useTheme } from 'next-themes'
import { Toaster as Sonner, toast } from 'sonner'

/** Where short messages appear. Once in the app. */
export function Toaster() {
  const { resolvedTheme } = useTheme()
  return (
    <Sonner
      theme={resolvedTheme === 'dark' ? 'dark' : 'light'}
      position="bottom-right"
      mobileOffset={{ bottom: 'calc(4.5rem + env(safe-area-inset-bottom))' }}
      toastOptions={{
        classNames: {
          toast:
            '!rounded-md !border !border-line !bg-surface !text-ink !shadow-elevated !font-sans',
          description: '!text-ink-muted',
        },
      }}
    />
  )
}

/** Says what went wrong, and what to do about it, without taking the page away. */
export function toastError(error: Error & { hint?: string | null }): void {
  toast.error(error.message, { description: error.hint ?? undefined, duration: 8000 })
}
