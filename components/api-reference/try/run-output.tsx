import type { ReactNode } from 'react'
import { Badge } from '@/components/ui/badge'
import { Textarea } from '@/components/ui/input'
import { Spinner } from '@/components/ui/spinner'
import { formatBytes } from '@/lib/client/format'
import type { RunAnswer, RunState } from '@/lib/client/reference/call-run'
import { readable } from '@/lib/client/reference/collect-body'
import { EventRows } from './event-rows'

/** The headers that say something about the call; the others belong to the transport. */
const SHOWN =
  /^(content-type|x-request-id|x-generation-id|ratelimit.*|retry-after|server-timing|allow|location|content-disposition|www-authenticate)$/

const MAX_ROWS = 24

/** How a call went: its status, its times, its headers, and its body or its events. */
export function RunOutput({ state }: { state: RunState }) {
  return (
    <div className="border-t empty:hidden">
      <div
        role="status"
        className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 empty:hidden"
      >
        <StatusLine state={state} />
      </div>
      {(state.kind === 'reading' || state.kind === 'done') && <Answer answer={state.answer} />}
    </div>
  )
}

function StatusLine({ state }: { state: RunState }) {
  switch (state.kind) {
    case 'idle':
      return null
    case 'sending':
      return (
        <>
          <Spinner /> Sent; no answer yet.
        </>
      )
    case 'failed':
      return state.reason === 'stopped'
        ? 'Stopped before there was an answer.'
        : 'Runnel does not answer. Check that the server runs and that this device is online.'
    case 'reading':
      return (
        <>
          <Status answer={state.answer} /> <Spinner />
        </>
      )
    case 'done':
      return (
        <>
          <Status answer={state.answer} />
          <Quiet>
            {formatMs(state.ms)} in all, {formatBytes(state.answer.bytes)}
          </Quiet>
          {state.end !== 'whole' && (
            <Badge tone="warn">{state.end === 'stopped' ? 'stopped' : 'cut off'}</Badge>
          )}
        </>
      )
  }
}

function Status({ answer: { status, statusText, headersMs } }: { answer: RunAnswer }) {
  const tone = status < 300 ? 'good' : status < 500 ? 'warn' : 'bad'
  return (
    <>
      <Badge tone={tone}>
        {status} {statusText}
      </Badge>
      <Quiet>answered after {formatMs(headersMs)}</Quiet>
    </>
  )
}

function Quiet({ children }: { children: ReactNode }) {
  return <span className="text-ink-muted text-xs tabular-nums">{children}</span>
}

/** Milliseconds as people read them. */
function formatMs(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

function Answer({ answer: { headers, body } }: { answer: RunAnswer }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3 px-4 pb-4">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 font-mono text-xs">
        {headers
          .filter(([name]) => SHOWN.test(name))
          .map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-ink-muted">{name}</dt>
              <dd className="min-w-0 break-all">{value}</dd>
            </div>
          ))}
      </dl>
      {body.kind === 'events' ? (
        <EventRows events={body.events} count={body.count} />
      ) : (
        body.text !== '' && <BodyText text={readable(body.text)} cut={body.cut} />
      )}
    </div>
  )
}

function BodyText({ text, cut }: { text: string; cut: boolean }) {
  return (
    <>
      <Textarea
        readOnly
        aria-label="Body of the answer"
        value={text}
        rows={Math.min(MAX_ROWS, text.split('\n').length)}
        className="bg-sunken font-mono text-xs"
      />
      {cut && <Quiet>Only the beginning is shown.</Quiet>}
    </>
  )
}
