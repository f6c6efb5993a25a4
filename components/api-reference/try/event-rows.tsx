import { useState } from 'react'
import { useFollowEnd } from '@/components/ui/use-follow-end'
import { type RunEvent, readable } from '@/lib/client/reference/collect-body'

type Props = { events: readonly RunEvent[]; count: number }

/** The events of a stream as they arrive, the newest at the end. */
export function EventRows({ events, count }: Props) {
  const { scroller, content, onScroll } = useFollowEnd()
  return (
    <section aria-label="Events of the answer" className="min-w-0">
      <p className="mb-1.5 text-ink-muted text-xs tabular-nums">
        {count === 1 ? '1 event' : `${count} events`}
        {count > events.length && `, the last ${events.length} are shown`}
      </p>
      <div
        ref={scroller}
        onScroll={onScroll}
        className="max-h-96 overflow-y-auto rounded-md border bg-sunken empty:hidden"
      >
        <ol ref={content} className="divide-y font-mono text-xs">
          {events.map((event) => (
            <li key={event.number}>
              <EventRow event={event} />
            </li>
          ))}
        </ol>
      </div>
    </section>
  )
}

/** One line, which opens to all of the event. */
function EventRow({ event: { atMs, name, id, data } }: { event: RunEvent }) {
  const [open, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex cursor-pointer gap-3 px-3 py-1.5 -outline-offset-2 hover:bg-hover">
        <span className="w-14 shrink-0 text-ink-muted tabular-nums">
          {(atMs / 1000).toFixed(3)} s
        </span>
        <span className="shrink-0 text-accent-ink sm:w-20">{name}</span>
        <span className="min-w-0 truncate">{data}</span>
      </summary>
      {open && (
        <div className="border-t bg-surface px-3 py-2">
          {id !== undefined && <p className="mb-1 break-all text-ink-muted">id {id}</p>}
          <pre className="whitespace-pre-wrap break-words font-mono">{readable(data)}</pre>
        </div>
      )}
    </details>
  )
}
