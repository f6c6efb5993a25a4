'use client'

import { MemoryStick } from 'lucide-react'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { ProgressBar } from '@/components/ui/progress-bar'
import { SkeletonRows } from '@/components/ui/skeleton'
import type { LoadedModel } from '@/lib/client/activity/reduce-activity'
import { loadingWords, useActivity } from '@/lib/client/activity/use-activity'
import { formatBytes, formatContext, formatPercent, plural } from '@/lib/client/format'
import { refTitle } from '@/lib/client/models/model-names'

/** The models that are in memory, or on their way. */
export function MemoryPanel() {
  const { models, now } = useActivity().state
  const bytes = models.reduce((sum, { memory_bytes }) => sum + memory_bytes, 0)
  return (
    <Panel title="In memory" detail={bytes > 0 && formatBytes(bytes)}>
      {now === null ? (
        <SkeletonRows label="Reading the loaded models" rows={2} />
      ) : models.length === 0 ? (
        <EmptyState icon={MemoryStick} title="No model is loaded">
          The first request loads one by itself.
        </EmptyState>
      ) : (
        <ul className="divide-y">
          {models.map((model) => (
            <Row key={model.model} model={model} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Row({ model }: { model: LoadedModel }) {
  const { name } = refTitle(model.model)
  return (
    <li className="flex min-h-14 items-center gap-4 px-4 py-2">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{name}</p>
        {model.state === 'loading' ? (
          <ProgressBar
            label={`Loading ${name}`}
            value={model.progress}
            glideMs={400}
            className="mt-1.5 max-w-60"
          />
        ) : (
          <p className="numeric truncate text-ink-muted text-xs" title={model.context_reason}>
            {formatContext(model.context_size)} context, {model.parallel} parallel,{' '}
            {model.gpu ?? plural(model.threads, 'thread')}
          </p>
        )}
      </div>
      <div className="numeric text-right text-xs">
        <p>{model.memory_bytes > 0 ? formatBytes(model.memory_bytes) : ''}</p>
        <p className="text-ink-muted">{stateWords(model)}</p>
      </div>
    </li>
  )
}

function stateWords({ state, progress, active, queued }: LoadedModel): string {
  if (state === 'loading')
    return progress < 1
      ? `${loadingWords(progress)} ${formatPercent(progress)}`
      : loadingWords(progress)
  if (state === 'unloading') return 'unloading'
  const waiting = queued > 0 ? `, ${queued} waiting` : ''
  return active > 0 ? `${active} running${waiting}` : 'idle'
}
