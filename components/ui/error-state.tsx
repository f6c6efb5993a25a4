import { CircleAlert, RotateCw } from 'lucide-react'
import { Button } from './button'

type Props = {
  error: Error & { hint?: string | null }
  onRetry?: () => void
  busy?: boolean
}

/** What stands where a list could not be read: what happened, what to do, and a way to try again. */
export function ErrorState({ error, onRetry, busy }: Props) {
  return (
    <div role="alert" className="flex flex-col items-center gap-1 px-4 py-10 text-center">
      <CircleAlert aria-hidden strokeWidth={1.5} className="mb-2 size-6 text-bad-ink" />
      <p className="max-w-lg break-words font-medium">{error.message}</p>
      {error.hint && <p className="max-w-lg text-ink-muted">{error.hint}</p>}
      {onRetry && (
        <Button className="mt-3" busy={busy} onClick={onRetry}>
          {!busy && <RotateCw aria-hidden />}
          Try again
        </Button>
      )}
    </div>
  )
}
