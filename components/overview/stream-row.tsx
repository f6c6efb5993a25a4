'use client'

import { Square } from 'lucide-react'
import { IconButton } from '@/components/ui/icon-button'
import { toastError } from '@/components/ui/toast'
import type { ActivityStream } from '@/lib/client/activity/reduce-activity'
import { useStopStream } from '@/lib/client/activity/use-activity'
import { formatDuration, plural } from '@/lib/client/format'
import { refTitle } from '@/lib/client/models/model-names'
import { useNow } from '@/lib/client/use-time'

const PHASES = {
  queued: 'Waits for its turn',
  loading: 'Loads the model',
  prompt: 'Reads the prompt',
  generating: 'Writes',
}

/** One generation that runs: the model, who reads it, how fast it goes, and a way to stop it. */
export function StreamRow({ stream }: { stream: ActivityStream }) {
  const now = useNow(1000)
  const { mutate, isPending } = useStopStream()
  const stop = () => mutate(stream.id, { onError: toastError })
  const { name } = refTitle(stream.model)
  return (
    <li className="grid min-h-14 grid-cols-[minmax(0,1fr)_auto_auto] items-center gap-x-4 px-4 py-2 sm:grid-cols-[minmax(0,5fr)_minmax(0,4fr)_minmax(0,3fr)_auto]">
      <div className="min-w-0">
        <p className="truncate font-medium">{name}</p>
        <p className="truncate text-ink-muted text-xs">
          {PHASES[stream.phase]} for {stream.owner}
        </p>
      </div>
      <p className="text-ink-muted max-sm:hidden">
        {stream.readers === 0 ? 'Running in background' : plural(stream.readers, 'reader')}
      </p>
      <p className="numeric text-right text-xs">
        <span className="block text-accent-ink">
          {stream.tokens_per_second > 0 ? `${Math.round(stream.tokens_per_second)} tok/s` : '–'}
        </span>
        <span className="block text-ink-muted">
          {plural(stream.tokens, 'token')}
          {now > 0 && ` · ${formatDuration(Math.max(0, now - stream.started_at))}`}
        </span>
      </p>
      <IconButton
        icon={Square}
        label={`Stop ${name}`}
        busy={isPending}
        onClick={stop}
        // An outline would be taken for a box to tick.
        className="[&_svg]:fill-current"
      />
    </li>
  )
}
