'use client'

import { useQuery } from '@tanstack/react-query'
import { HardDriveDownload } from 'lucide-react'
import { PageLink } from '@/components/shell/page-link'
import { Badge } from '@/components/ui/badge'
import { buttonClass } from '@/components/ui/button-class'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { Panel } from '@/components/ui/panel'
import { ProgressBar } from '@/components/ui/progress-bar'
import { SkeletonRows } from '@/components/ui/skeleton'
import { formatAgo, formatBytes, plural } from '@/lib/client/format'
import { modelTitle } from '@/lib/client/models/model-names'
import { type InstalledModel, modelsQuery, systemQuery } from '@/lib/client/models/queries'
import { useNow } from '@/lib/client/use-time'

/** Rows that fit one screen; the models page has the rest. */
const SHOWN = 5

/** What is installed, the last used first, and how full the disk is. */
export function InstalledPanel() {
  const { data, error, isFetching, refetch } = useQuery(modelsQuery())
  const size = data?.reduce((sum, model) => sum + model.size, 0)
  return (
    <Panel
      title="Installed"
      detail={data && `${plural(data.length, 'model')} · ${formatBytes(size ?? 0)}`}
      actions={
        <PageLink href="/models" className={buttonClass('ghost', 'sm')}>
          All models
        </PageLink>
      }
    >
      {data ? (
        <List models={data} />
      ) : error ? (
        <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />
      ) : (
        <SkeletonRows label="Reading the installed models" />
      )}
      <DiskBar />
    </Panel>
  )
}

function List({ models }: { models: readonly InstalledModel[] }) {
  if (models.length === 0)
    return (
      <EmptyState
        icon={HardDriveDownload}
        title="No model is installed"
        action={
          <PageLink href="/models" className={buttonClass('primary')}>
            Download a model
          </PageLink>
        }
      />
    )
  const shown = models
    .toSorted((a, b) => (b.last_used_at ?? b.added_at) - (a.last_used_at ?? a.added_at))
    .slice(0, SHOWN)
  return (
    <ul className="divide-y">
      {shown.map((model) => (
        <Row key={model.id} model={model} />
      ))}
    </ul>
  )
}

function Row({ model }: { model: InstalledModel }) {
  const now = useNow(60_000)
  return (
    <li className="flex min-h-11 items-center gap-3 px-4 py-1.5">
      <PageLink
        href={`/chat?model=${encodeURIComponent(model.id)}`}
        className="min-w-0 truncate rounded-sm font-medium hover:text-accent-ink"
      >
        {modelTitle(model)}
      </PageLink>
      {model.quantization && <Badge>{model.quantization}</Badge>}
      <span className="ml-auto shrink-0 text-ink-muted text-xs max-sm:hidden">
        {model.last_used_at && now > 0 ? `used ${formatAgo(model.last_used_at, now)}` : ''}
      </span>
      <span className="numeric w-16 shrink-0 text-right text-xs max-sm:ml-auto">
        {formatBytes(model.size)}
      </span>
    </li>
  )
}

function DiskBar() {
  const { data } = useQuery(systemQuery())
  if (!data) return null
  const { total, free, models } = data.disk
  const words = `${formatBytes(free)} of ${formatBytes(total)} free`
  return (
    <div className="flex items-center gap-3 border-t bg-sunken px-4 py-2.5 text-ink-muted text-xs">
      <span>Disk</span>
      <ProgressBar
        label="Disk"
        value={(total - free) / total}
        valueText={`${words}, ${formatBytes(models)} of it models`}
        tone={free < total / 10 ? 'warn' : 'still'}
        thin
        className="flex-1"
      />
      <span className="numeric">{words}</span>
    </div>
  )
}
