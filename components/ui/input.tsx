import type { ComponentProps } from 'react'
import { cn } from './cn'

const FIELD = cn(
  'w-full rounded-md border border-line-strong bg-surface px-3 transition-colors',
  'hover:border-ink-muted/50 focus:border-accent focus:outline-2 focus:outline-accent/40 focus:outline-offset-0',
  'disabled:opacity-50 aria-invalid:border-bad',
  // Safari on a phone zooms into fields with smaller text.
  'pointer-coarse:text-[1rem]',
)

/** One line of text. Give it a label: `Field`, or `aria-label`. */
export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input {...props} className={cn(FIELD, 'control', className)} />
}

/** Several lines of text. */
export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea {...props} className={cn(FIELD, 'min-h-20 py-2', className)} />
}
