'use client'

import type { ComponentProps } from 'react'
import { useHydrated } from '@/lib/client/use-browser'
import { type ButtonSize, type ButtonVariant, buttonClass } from './button-class'
import { cn } from './cn'
import { Spinner } from './spinner'

export type ButtonProps = ComponentProps<'button'> & {
  variant?: ButtonVariant
  size?: ButtonSize
  /** Shows a spinner and takes no clicks. */
  busy?: boolean
}

/** A button. It does not submit a form unless its type says so. */
export function Button({ variant, size, busy, className, children, ...props }: ButtonProps) {
  // Before the page's script runs, a click would be lost, and the browser itself would submit a form: with its fields
  // in the address.
  const waiting = !useHydrated()
  return (
    <button
      type="button"
      {...props}
      disabled={props.disabled || busy || waiting}
      data-waiting={waiting || undefined}
      aria-busy={busy || undefined}
      className={cn(buttonClass(variant, size), className)}
    >
      {busy && <Spinner />}
      {children}
    </button>
  )
}
