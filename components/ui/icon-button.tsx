import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cn } from './cn'
import { Spinner } from './spinner'
import { Tooltip } from './tooltip'

type Props = Omit<ComponentProps<'button'>, 'aria-label' | 'children'> & {
  icon: LucideIcon
  /** Its name, for screen readers and as a tooltip. */
  label: string
  busy?: boolean
}

/** A button that is only an icon. */
export function IconButton({ icon: Icon, label, busy, className, ...props }: Props) {
  return (
    <Tooltip content={label}>
      <button
        type="button"
        {...props}
        aria-label={label}
        aria-busy={busy || undefined}
        disabled={props.disabled || busy}
        className={cn(
          'control-square inline-flex shrink-0 items-center justify-center rounded-md text-ink-muted transition-colors',
          'hover:bg-hover hover:text-ink active:bg-press disabled:pointer-events-none disabled:opacity-40',
          className,
        )}
      >
        {busy ? <Spinner /> : <Icon aria-hidden className="size-4" />}
      </button>
    </Tooltip>
  )
}
