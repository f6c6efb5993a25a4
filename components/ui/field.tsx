import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn'

type Props = {
  /** The id of the control that it describes. */
  id: string
  label: string
  hint?: ReactNode
  /** What is wrong with the value. The control should point to `${id}-note`. */
  error?: string
  className?: string
  children: ReactNode
}

/** A label, its control, and a line that helps or says what is wrong. */
export function Field({ id, label, hint, error, className, children }: Props) {
  return (
    <div className={cn('grid content-start gap-1.5', className)}>
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children}
      <p id={`${id}-note`} className="text-xs empty:hidden" role={error ? 'alert' : undefined}>
        {error ? (
          <span className="flex items-start gap-1.5 text-bad-ink">
            <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
            {error}
          </span>
        ) : (
          hint && <span className="text-ink-muted">{hint}</span>
        )}
      </p>
    </div>
  )
}
