import { cn } from '@/components/ui/cn'

/** The method of a call, in a column of its own. */
export function MethodName({ method, className }: { method: string; className?: string }) {
  return (
    <span className={cn('w-13 shrink-0 font-mono text-accent-ink text-xs', className)}>
      {method}
    </span>
  )
}
