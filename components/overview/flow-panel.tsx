'use client'

import { Waves } from 'lucide-react'
import { DownloadRow } from '@/components/models/download-row'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button-class'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { SkeletonRows } from '@/components/ui/skeleton'
import { useActivity } from '@/lib/client/activity/use-activity'
import { useDownloads } from '@/lib/client/downloads/use-downloads'
import { formatSpeed, plural } from '@/lib/client/format'
import { StreamRow } from './stream-row'

/** What flows now: downloads, and generations with who reads them. */
export function FlowPanel() {
  const { state } = useActivity()
  const { active, bytesPerSecond } = useDownloads()
  const streams = Object.values(state.streams).sort((a, b) => a.started_at - b.started_at)
  const flowing = active.filter(({ status }) => status !== 'queued' && status !== 'paused')
  const waiting = active.length - flowing.length
  // Counted from what is listed below: the sample of each second may be older than the rows.
  const queued = streams.filter(({ phase }) => phase === 'queued').length
  const details = [
    bytesPerSecond > 0 && formatSpeed(bytesPerSecond),
    streams.length > 0 && plural(streams.length, 'stream'),
    queued > 0 && `${queued} queued`,
  ].filter((part) => part !== false)
  return (
    <Panel title="Active now" detail={details.join(' · ')}>
      {state.now === null && active.length === 0 ? (
        <SkeletonRows label="Reading what the server does" rows={2} />
      ) : streams.length + active.length === 0 ? (
        <Idle />
      ) : (
        <ul className="divide-y">
          {flowing.map((download) => (
            <DownloadRow key={download.id} download={download} />
          ))}
          {streams.map((stream) => (
            <StreamRow key={stream.id} stream={stream} />
          ))}
          {waiting > 0 && <Waiting count={waiting} />}
        </ul>
      )}
    </Panel>
  )
}

function Waiting({ count }: { count: number }) {
  return (
    <li className="flex min-h-11 items-center justify-between gap-3 px-4 text-ink-muted text-xs">
      {plural(count, 'download')} {count === 1 ? 'waits' : 'wait'} or {count === 1 ? 'is' : 'are'}{' '}
      paused
      <PageLink href="/models" className={buttonClass('ghost', 'sm')}>
        Queue
      </PageLink>
    </li>
  )
}

function Idle() {
  return (
    <EmptyState
      icon={Waves}
      title="Nothing running"
      action={
        <div className="flex flex-wrap justify-center gap-2">
          <PageLink href="/chat" className={buttonClass('primary')}>
            Start a chat
          </PageLink>
          <PageLink href="/models" className={buttonClass()}>
            Download a model
          </PageLink>
        </div>
      }
    >
      Downloads and answers appear here as they run.
    </EmptyState>
  )
}
