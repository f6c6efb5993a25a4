import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn'

type Props = Omit<ComponentProps<'input'>, 'type'> & {
  /** Its name. */
  label: ReactNode
  /** A quieter line below the name. */
  detail?: ReactNode
}

/** Something that is on or off; the whole row can be clicked. */
export function Checkbox({ label, detail, className, ...props }: Props) {
  return (
    <label
      className={cn(
        'flex min-h-9 items-start gap-2.5 rounded-sm py-1.5 has-disabled:opacity-50 pointer-coarse:min-h-11',
        className,
      )}
    >
      <input type="checkbox" {...props} className="mt-0.5 size-4 shrink-0 accent-accent" />
      <span className="min-w-0">
        {label}
        {detail && <span className="block text-ink-muted text-xs">{detail}</span>}
      </span>
    </label>
  )
}
