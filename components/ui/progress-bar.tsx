import { cn } from './cn'

declare module 'react' {
  interface CSSProperties {
    '--glide'?: string
    '--filled'?: string
  }
}

const TONES = {
  flow: 'bg-accent',
  still: 'bg-ink-muted/50',
  good: 'bg-good',
  warn: 'bg-warn',
  bad: 'bg-bad',
}

type Props = {
  /** What is measured, for screen readers. */
  label: string
  /** From 0 to 1; null while nobody knows. */
  value: number | null
  /** The value in words, for screen readers. */
  valueText?: string
  tone?: keyof typeof TONES
  /** Milliseconds to glide to a new value: about the time between two of them, so that it arrives when the next one comes and never runs ahead. */
  glideMs?: number
  /** Half as high, for what stands in a line of small text. */
  thin?: boolean
  className?: string
}

/** How far something is. It moves by transform only, so it costs no layout. */
export function ProgressBar({
  label,
  value,
  valueText,
  tone = 'flow',
  glideMs = 150,
  thin,
  className,
}: Props) {
  const shown = value === null ? null : Math.min(1, Math.max(0, value))
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={shown === null ? undefined : Math.floor(shown * 100)}
      aria-valuetext={valueText}
      className={cn('overflow-hidden rounded-full bg-track', thin ? 'h-1' : 'h-1.5', className)}
    >
      {/* Without a value there is nothing to move from: the first one appears where it is. */}
      {shown !== null && (
        <div
          className={cn('glide h-full rounded-full', TONES[tone])}
          style={{ '--glide': `${glideMs}ms`, transform: `translateX(${(shown - 1) * 100}%)` }}
        />
      )}
    </div>
  )
}
