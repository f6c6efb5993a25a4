import { cn } from './cn'

const VARIANTS = {
  primary: 'border border-transparent bg-ink text-ink-inverse hover:bg-ink/85 active:bg-ink/75',
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

export type ButtonVariant = keyof typeof VARIANTS
export type ButtonSize = keyof typeof SIZES

/** How a button looks; for links that act as buttons too. */
export function buttonClass(variant: ButtonVariant = 'secondary', size: ButtonSize = 'md'): string {
  return cn(
    'inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-md font-medium transition-colors',
    'disabled:pointer-events-none disabled:not-data-waiting:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
    SIZES[size],
    VARIANTS[variant],
  )
}
