import type { AuditEntry } from '@/lib/client/audit'
import { formatAgo } from '@/lib/client/format'
import { actionWords, detailWords } from './action-words'

/** Something that somebody did. */
export function EntryRow({ entry, now }: { entry: AuditEntry; now: number }) {
  const { did, target } = actionWords(entry)
  const details = detailWords(entry)
  return (
    <li className="grid gap-x-4 px-4 py-2.5 sm:grid-cols-[9rem_minmax(0,1fr)_minmax(0,10rem)] sm:items-baseline">
      <time
        dateTime={new Date(entry.at).toISOString()}
        title={now > 0 ? formatAgo(entry.at, now) : undefined}
        className="numeric whitespace-nowrap text-ink-muted text-xs"
        suppressHydrationWarning
      >
        {momentOf(entry.at)}
      </time>
      <div className="min-w-0 break-words">
        <p>
          <span className="font-medium">{entry.actor}</span> {did}
          {target && <span className="font-medium"> {target}</span>}
        </p>
        {details && <p className="text-ink-muted text-xs">{details}</p>}
      </div>
      <p className="numeric truncate text-ink-muted text-xs max-sm:hidden sm:text-right">
        {entry.address}
      </p>
    </li>
  )
}

function momentOf(at: number): string {
  const date = new Date(at)
  const day = date.toLocaleDateString('en', { day: 'numeric', month: 'short' })
  return `${day} ${date.toLocaleTimeString('en', { hourCycle: 'h23' })}`
}
