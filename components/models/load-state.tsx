import { ProgressBar } from '@/components/ui/progress-bar'
import { Spinner } from '@/components/ui/spinner'
import type { Loaded } from '@/lib/client/activity/use-activity'
import { loadingWords } from '@/lib/client/activity/use-activity'
import { formatAgo, formatBytes } from '@/lib/client/format'
import type { InstalledModel } from '@/lib/client/models/queries'

type Props = {
  model: InstalledModel
  name: string
  loaded: Loaded | null
  /** Ms since 1970; 0 before it is known. */
  now: number
}

/** Whether a model is in memory, and otherwise when it was used last. */
export function LoadState({ model, name, loaded, now }: Props) {
  if (model.missing) return <span className="text-bad-ink">file is missing</span>
  if (model.damaged) return <span className="text-bad-ink">file is damaged</span>
  if (!loaded) return <span className="text-ink-muted">{lastUse(model, now)}</span>
  if (loaded.state === 'loading')
    return (
      <span className="flex items-center gap-2 text-ink-muted">
        {loadingWords(loaded.progress)}
        {loaded.progress < 1 ? (
          <ProgressBar
            label={`Loading ${name}`}
            value={loaded.progress}
            glideMs={400}
            className="w-16"
          />
        ) : (
          <Spinner />
        )}
      </span>
    )
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className="size-2 shrink-0 rounded-full bg-good" />
      <span className="truncate">
        {loaded.state === 'unloading' ? 'unloading' : loaded.active > 0 ? 'running' : 'loaded'}
        <span className="numeric text-ink-muted"> {formatBytes(loaded.memory_bytes)}</span>
      </span>
    </span>
  )
}

function lastUse({ last_used_at }: InstalledModel, now: number): string {
  if (last_used_at === null) return 'not used yet'
  return now === 0 ? '' : `used ${formatAgo(last_used_at, now)}`
}
