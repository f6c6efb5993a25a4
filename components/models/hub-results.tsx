'use client'

import { useQuery } from '@tanstack/react-query'
import { ArrowDownToLine, Heart, Lock, SearchX } from 'lucide-react'
import { Badge } from '@/components/ui/badge'
import { cn } from '@/components/ui/cn'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { Skeleton } from '@/components/ui/skeleton'
import { formatAgo, formatCount, plural } from '@/lib/client/format'
import { type HubModel, type HubSort, hubSearchQuery } from '@/lib/client/hub/queries'
import { useNow } from '@/lib/client/use-time'

type Props = { words: string; sort: HubSort; onOpen: (id: string) => void }

const GRID = 'grid grid-cols-1 gap-2 sm:grid-cols-2 lg:grid-cols-3'

/** What the hub has for some words. */
export function HubResults({ words, sort, onOpen }: Props) {
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery(
    hubSearchQuery(words, sort),
  )
  if (!data && error)
    return <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />
  // That there was nothing for earlier words says nothing about these.
  if (!data || (isPlaceholderData && data.length === 0)) return <SkeletonCards />
  return (
    <div aria-busy={isFetching}>
      <p role="status" className="sr-only">
        {isFetching ? 'Searching' : `${plural(data.length, 'model')} found`}
      </p>
      {data.length === 0 ? (
        <EmptyState icon={SearchX} title={`The hub has no GGUF model for “${words}”`}>
          Try fewer words, or paste a reference such as hf:owner/model.
        </EmptyState>
      ) : (
        <ul className={cn(GRID, 'transition-opacity', isPlaceholderData && 'opacity-60')}>
          {data.map((model) => (
            <li key={model.id} className="min-w-0">
              <Card model={model} onOpen={onOpen} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Card({ model, onOpen }: { model: HubModel; onOpen: (id: string) => void }) {
  const now = useNow(60_000)
  const [owner, name] = model.id.split('/')
  return (
    <button
      type="button"
      onClick={() => onOpen(model.id)}
      className="flex h-full w-full flex-col gap-2 rounded-md border bg-surface px-4 py-3 text-left transition-colors hover:border-line-strong hover:bg-hover"
    >
      <span className="w-full min-w-0">
        <span className="block truncate text-ink-muted text-xs">{owner}</span>
        <span className="block truncate font-medium">{name}</span>
      </span>
      <span className="mt-auto flex w-full items-center gap-3 overflow-hidden whitespace-nowrap text-ink-muted text-xs">
        <span className="numeric flex items-center gap-1">
          <ArrowDownToLine aria-label="Downloads" className="size-3.5" />
          {formatCount(model.downloads)}
        </span>
        <span className="numeric flex items-center gap-1">
          <Heart aria-label="Likes" className="size-3.5" />
          {formatCount(model.likes)}
        </span>
        {model.updated_at && now > 0 && <span>{formatAgo(model.updated_at, now)}</span>}
        <span className="ml-auto flex min-w-0 gap-1">
          {model.gated && (
            <Badge tone="warn" icon={Lock}>
              gated
            </Badge>
          )}
          {model.licence && <Badge className="max-w-24 truncate">{model.licence}</Badge>}
        </span>
      </span>
    </button>
  )
}

function SkeletonCards() {
  return (
    <div role="status" aria-label="Searching the hub" className={GRID}>
      {Array.from({ length: 6 }, (_, index) => (
        <div key={index.toString()} className="grid h-[5.75rem] gap-2 rounded-md border p-4">
          <Skeleton className="w-1/3" />
          <Skeleton className="w-2/3" />
        </div>
      ))}
    </div>
  )
}
