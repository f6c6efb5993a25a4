'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { ScrollText } from 'lucide-react'
import { useState } from 'react'
import { PageHeader } from '@/components/shell/page-header'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { Panel } from '@/components/ui/panel'
import { SkeletonRows } from '@/components/ui/skeleton'
import { type AuditEntry, auditQuery } from '@/lib/client/audit'
import { useNow, useSettled } from '@/lib/client/use-time'
import { ActivityFilter, filterOf } from './activity-filter'
import { EntryRow } from './entry-row'

const EVERYTHING = { group: 'all', period: 'all', q: '' }
const TYPING_MS = 250

/** Who did what on this server. */
export function ActivityView() {
  const [choice, setChoice] = useState(EVERYTHING)
  const now = useNow(30_000)
  const q = useSettled(choice.q, TYPING_MS)
  const filter = filterOf({ ...choice, q }, now)
  const { data, error, isFetching, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(auditQuery(filter))
  const entries = data?.pages.flatMap((page) => page.entries)
  return (
    <>
      <PageHeader title="Activity" />
      <div className="grid gap-3">
        <ActivityFilter choice={choice} onChange={setChoice} filter={filter} />
        <Panel title="What happened">
          {entries ? (
            <Entries entries={entries} now={now} onReset={() => setChoice(EVERYTHING)} />
          ) : error ? (
            <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />
          ) : (
            <SkeletonRows label="Reading what happened" rows={8} rowClass="h-11 px-4" />
          )}
        </Panel>
        {hasNextPage && (
          <Button
            className="justify-self-center"
            busy={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            Show more
          </Button>
        )}
      </div>
    </>
  )
}

type EntriesProps = { entries: readonly AuditEntry[]; now: number; onReset: () => void }

function Entries({ entries, now, onReset }: EntriesProps) {
  if (entries.length === 0)
    return (
      <EmptyState
        icon={ScrollText}
        title="Nothing happened that fits"
        action={<Button onClick={onReset}>Show everything</Button>}
      />
    )
  return (
    <ol className="divide-y">
      {entries.map((entry) => (
        <EntryRow key={entry.id} entry={entry} now={now} />
      ))}
    </ol>
  )
}
