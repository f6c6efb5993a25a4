import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cn } from './cn'
import { Spinner } from './spinner'

type Props = Omit<ComponentProps<'button'>, 'aria-label' | 'children'> & {
  icon: LucideIcon
  /** Its name, for screen readers and as a tip. */
  label: string
  /** `sm` for rows of text, where a full control would push the lines apart. */
  size?: 'md' | 'sm'
  busy?: boolean
}

/** A button that is only an icon. */
export function IconButton({ icon: Icon, label, size = 'md', busy, className, ...props }: Props) {
  return (
    <button
      type="button"
      {...props}
      aria-label={label}
      data-tip={label}
      aria-busy={busy || undefined}
      disabled={props.disabled || busy}
      className={cn(
        'inline-flex shrink-0 items-center justify-center rounded-md text-ink-muted transition-colors',
        'hover:bg-hover hover:text-ink active:bg-press disabled:pointer-events-none disabled:opacity-40',
        size === 'md' ? 'control-square' : 'size-7 pointer-coarse:size-9',
        className,
      )}
    >
      {busy ? <Spinner /> : <Icon aria-hidden className="size-4" />}
    </button>
  )
}
