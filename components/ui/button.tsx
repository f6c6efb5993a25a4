import type { ComponentProps } from 'react'
import { cn } from './cn'
import { Spinner } from './spinner'

const VARIANTS = {
  primary: 'bg-ink text-ink-inverse hover:bg-ink/85 active:bg-ink/75',
  secondary: 'border border-line-strong bg-surface hover:bg-hover active:bg-press',
  ghost: 'text-ink-muted hover:bg-hover hover:text-ink active:bg-press',
  danger: 'border border-bad/40 bg-bad-soft text-bad-ink hover:border-bad',
}

const SIZES = {
  md: 'control px-3.5',
  /** For one icon among text. */
  icon: 'size-8 pointer-coarse:size-9',
  sm: 'h-7 px-2.5 text-xs pointer-coarse:h-11 pointer-coarse:px-3.5',
}

/** How a button looks; for links that act as buttons too. */
export function buttonClass(
  variant: keyof typeof VARIANTS = 'secondary',
  size: keyof typeof SIZES = 'md',
): string {
  return cn(
    'inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-md font-medium transition-colors',
    'disabled:pointer-events-none disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
    SIZES[size],
    VARIANTS[variant],
  )
}

export type ButtonProps = ComponentProps<'button'> & {
  variant?: keyof typeof VARIANTS
  size?: keyof typeof SIZES
  /** Shows a spinner and takes no clicks. */
  busy?: boolean
}

/** A button. It does not submit a form unless its type says so. */
export function Button({ variant, size, busy, className, children, ...props }: ButtonProps) {
  return (
    <button
      type="button"
      {...props}
      disabled={props.disabled || busy}
      aria-busy={busy || undefined}
      className={cn(buttonClass(variant, size), className)}
    >
      {busy && <Spinner />}
      {children}
    </button>
  )
}
