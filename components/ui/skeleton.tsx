import { cn } from './cn'

/** Holds the place of a line of text that is on its way. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <div aria-hidden className={cn('min-h-4 animate-breathe rounded-sm bg-track', className)} />
  )
}

type RowsProps = {
  /** What is on its way, for screen readers. */
  label: string
  rows?: number
  /** The classes that give a row the height and the inset that it will have. */
  rowClass?: string
}

/** A list that is on its way, of the height that it will have. */
export function SkeletonRows({ label, rows = 3, rowClass = 'h-14 px-4' }: RowsProps) {
  return (
    <div role="status" aria-label={label} className="divide-y">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index.toString()} className={cn('flex items-center gap-4', rowClass)}>
          <Skeleton className={['w-2/5', 'w-1/3', 'w-1/2'][index % 3]} />
          <Skeleton className="ml-auto w-16" />
        </div>
      ))}
    </div>
  )
}
