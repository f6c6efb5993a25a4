import { ChevronDown } from 'lucide-react'
import { cn } from './cn'

export type SelectOption = {
  value: string
  label: string
  /** A second part after the label, such as a size. */
  detail?: string
}

type Props = {
  /** Its name for screen readers. */
  label: string
  value: string | undefined
  onChange: (value: string) => void
  options: readonly SelectOption[]
  placeholder?: string
  id?: string
  /** `quiet` is for the edge of a panel: small, without a frame. */
  look?: 'field' | 'quiet'
  className?: string
}

const LOOKS = {
  field: {
    frame: 'control',
    select: 'border border-line-strong bg-surface pr-9 pl-3',
    arrow: 'right-3',
  },
  quiet: {
    frame: 'h-7 pointer-coarse:h-11',
    select: 'field-sizing-content bg-transparent pr-7 pl-2 text-ink-muted text-xs hover:text-ink',
    arrow: 'right-1.5',
  },
}

/** One of several: the browser's own, which every device shows as its users know it. */
export function Select({
  label,
  value,
  onChange,
  options,
  placeholder,
  id,
  look = 'field',
  className,
}: Props) {
  const { frame, select, arrow } = LOOKS[look]
  return (
    <span className={cn('relative inline-flex min-w-0', frame, className)}>
      <select
        id={id}
        aria-label={label}
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value)}
        className={cn(
          'h-full w-full min-w-0 cursor-pointer appearance-none truncate rounded-md transition-colors hover:bg-hover',
          select,
        )}
      >
        {value === undefined && (
          <option value="" disabled>
            {placeholder}
          </option>
        )}
        {options.map((option) => (
          <option key={option.value} value={option.value} className="bg-surface text-ink">
            {option.detail ? `${option.label} · ${option.detail}` : option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        className={cn(
          'pointer-events-none absolute top-1/2 size-4 -translate-y-1/2 text-ink-muted',
          arrow,
        )}
      />
    </span>
  )
}
