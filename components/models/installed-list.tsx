'use client'

import { useQuery } from '@tanstack/react-query'
import { HardDriveDownload } from 'lucide-react'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { Panel } from '@/components/ui/panel'
import { SkeletonRows } from '@/components/ui/skeleton'
import { useLoaded } from '@/lib/client/activity/use-activity'
import { formatBytes, plural } from '@/lib/client/format'
import { type InstalledModel, modelsQuery } from '@/lib/client/models/queries'
import { useNow } from '@/lib/client/use-time'
import { InstalledRow } from './installed-row'

/** The models on this machine, those in memory first, then the last used. */
export function InstalledList() {
  const { data, error, isFetching, refetch } = useQuery(modelsQuery())
  const size = data?.reduce((sum, model) => sum + model.size, 0) ?? 0
  return (
    <Panel
      title="Installed"
      detail={data && `${plural(data.length, 'model')} · ${formatBytes(size)}`}
    >
      {data ? (
        <Rows models={data} />
      ) : error ? (
        <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />
      ) : (
        <SkeletonRows label="Reading the installed models" />
      )}
    </Panel>
  )
}

function Rows({ models }: { models: readonly InstalledModel[] }) {
  const loadedOf = useLoaded()
  const now = useNow(30_000)
  if (models.length === 0)
    return (
      <EmptyState icon={HardDriveDownload} title="No model is installed">
        Search the hub above: one click downloads a model, and it is ready to chat.
      </EmptyState>
    )
  const rows = models
    .map((model) => ({ model, loaded: loadedOf(model) }))
    .sort(
      (a, b) =>
        Number(b.loaded !== null) - Number(a.loaded !== null) ||
        lastTouched(b.model) - lastTouched(a.model),
    )
  return (
    <ul className="divide-y">
      {rows.map(({ model, loaded }) => (
        <InstalledRow key={model.id} model={model} loaded={loaded} now={now} />
      ))}
    </ul>
  )
}

const lastTouched = ({ last_used_at, added_at }: InstalledModel) => last_used_at ?? added_at
