'use client'

import type { ComponentProps } from 'react'
import { useHydrated } from '@/lib/client/use-browser'
import { cn } from './cn'

const FIELD = cn(
  'w-full rounded-md border border-line-strong bg-surface px-3 transition-colors',
  'hover:border-ink-muted/50 focus:border-focus focus:outline-2 focus:outline-accent/40 focus:outline-offset-0',
  'disabled:opacity-50 aria-invalid:border-bad',
  // Safari on a phone zooms into fields with smaller text.
  'pointer-coarse:text-[1rem]',
)

/** One line of text. Give it a label: `Field`, or `aria-label`. */
export function Input({ className, ...props }: ComponentProps<'input'>) {
  const waiting = useWaiting(props)
  return <input {...props} readOnly={waiting} className={cn(FIELD, 'control', className)} />
}

/** Several lines of text. */
export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  const waiting = useWaiting(props)
  return (
    <textarea {...props} readOnly={waiting} className={cn(FIELD, 'min-h-20 py-2', className)} />
  )
}

/** Before the page's script runs, what is typed into a field whose value the script sets would be lost. */
function useWaiting(props: { value?: unknown; readOnly?: boolean }): boolean | undefined {
  const hydrated = useHydrated()
  return props.readOnly ?? (props.value !== undefined && !hydrated)
}
