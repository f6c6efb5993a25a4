'use client'

import { useQuery } from '@tanstack/react-query'
import { MonitorSmartphone } from 'lucide-react'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { ErrorState } from '@/components/ui/error-state'
import { Panel } from '@/components/ui/panel'
import { SkeletonRows } from '@/components/ui/skeleton'
import { toastDone, toastError } from '@/components/ui/toast'
import { formatAgo, plural } from '@/lib/client/format'
import {
  type ListedSession,
  sessionsQuery,
  useEndOtherSessions,
  useEndSession,
} from '@/lib/client/own-account'
import { useNow } from '@/lib/client/use-time'
import { deviceWords } from './device-words'

/** Where one is signed in. */
export function SessionsPanel() {
  const { data, error, isFetching, refetch } = useQuery(sessionsQuery())
  const endOthers = useEndOtherSessions()
  const now = useNow(30_000)
  const end = () =>
    endOthers.mutate(undefined, {
      onSuccess: (ended) => toastDone(`${plural(ended, 'session')} ended.`),
      onError: toastError,
    })
  return (
    <Panel
      title="Sessions"
      detail={data?.length}
      actions={
        data &&
        data.length > 1 && (
          <Button size="sm" busy={endOthers.isPending} onClick={end}>
            End all others
          </Button>
        )
      }
    >
      {data ? (
        <ul className="divide-y">
          {data.map((session) => (
            <SessionRow key={session.id} session={session} now={now} />
          ))}
        </ul>
      ) : error ? (
        <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />
      ) : (
        <SkeletonRows label="Reading your sessions" rows={2} />
      )}
    </Panel>
  )
}

function SessionRow({ session, now }: { session: ListedSession; now: number }) {
  const end = useEndSession()
  const device = deviceWords(session.user_agent)
  return (
    <li className="flex min-h-14 items-center gap-3 px-4 py-2">
      <MonitorSmartphone aria-hidden className="size-4 shrink-0 text-ink-muted" />
      <div className="min-w-0 flex-1">
        <p className="truncate">{device}</p>
        <p className="numeric truncate text-ink-muted text-xs">
          {session.address}
          {now > 0 && ` · used ${formatAgo(session.last_used_at, now)}`}
        </p>
      </div>
      {session.current ? (
        <Badge tone="accent">this one</Badge>
      ) : (
        <Button
          size="sm"
          busy={end.isPending}
          onClick={() => end.mutate(session.id, { onError: toastError })}
        >
          End
          <span className="sr-only"> the session on {device}</span>
        </Button>
      )}
    </li>
  )
}
