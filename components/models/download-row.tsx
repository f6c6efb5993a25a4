'use client'

import { CircleAlert, TriangleAlert } from 'lucide-react'
import { Badge } from '@/components/ui/badge'
import { cn } from '@/components/ui/cn'
import { ProgressBar } from '@/components/ui/progress-bar'
import { downloadWords } from '@/lib/client/downloads/download-words'
import type { LiveDownload } from '@/lib/client/downloads/reduce-downloads'
import { formatBytes, formatBytesOf, formatPercent } from '@/lib/client/format'
import { refTitle } from '@/lib/client/models/model-names'
import { useNow } from '@/lib/client/use-time'
import { DownloadActions } from './download-actions'

type Props = {
  download: LiveDownload
  /** Whether it can move up and down in the queue. */
  moves?: { up: boolean; down: boolean }
}

/** One download: what it is, how far, how fast, and what can be done with it. */
export function DownloadRow({ download, moves }: Props) {
  const { name, quantization } = refTitle(download.ref)
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-2 px-4 py-3 lg:grid-cols-[minmax(0,5fr)_minmax(0,7fr)_9rem]">
      <div className="min-w-0">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{name}</span>
          {quantization && <Badge>{quantization}</Badge>}
        </p>
        <p className="truncate text-ink-muted text-xs">{download.ref}</p>
      </div>
      <div className="max-lg:order-last max-lg:col-span-2">
        {download.status === 'failed' ? (
          <Failure download={download} />
        ) : download.bytes === 0 && ['queued', 'resolving'].includes(download.status) ? (
          <p className="text-ink-muted text-xs">
            <Words download={download} />
          </p>
        ) : (
          <Flow download={download} name={name} />
        )}
      </div>
      <DownloadActions download={download} name={name} moves={moves} />
    </li>
  )
}

function Words({ download }: { download: LiveDownload }) {
  return downloadWords(download, useNow(1000))
}

function Flow({ download, name }: { download: LiveDownload; name: string }) {
  const { bytes, total, status, stalled } = download
  const share = total ? bytes / total : null
  const words = downloadWords(download, useNow(1000))
  const flows = status === 'downloading' && !stalled
  return (
    <>
      <div className="flex items-center gap-3">
        <ProgressBar
          label={`Download of ${name}`}
          value={share}
          valueText={share === null ? words : `${formatPercent(share)}, ${words}`}
          tone={flows || status === 'verifying' ? 'flow' : stalled ? 'warn' : 'still'}
          glideMs={download.gapMs}
          className="flex-1"
        />
        <span className="numeric w-11 text-right">
          {share === null ? '' : formatPercent(share)}
        </span>
      </div>
      <div className="mt-1 flex items-center justify-between gap-3 text-xs">
        <span
          className={cn(
            'flex min-w-0 items-center gap-1.5',
            stalled ? 'text-warn-ink' : 'text-ink-muted',
          )}
        >
          {stalled && <TriangleAlert aria-hidden className="size-3.5 shrink-0" />}
          <span className={cn('truncate', flows && 'numeric')}>{words}</span>
        </span>
        <span className="numeric shrink-0 text-ink-muted">
          {total ? formatBytesOf(bytes, total) : bytes > 0 ? formatBytes(bytes) : ''}
        </span>
      </div>
    </>
  )
}

function Failure({ download }: { download: LiveDownload }) {
  return (
    <div className="flex items-start gap-2 text-xs" role="alert">
      <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0 text-bad-ink" />
      <div className="min-w-0 break-words">
        <p className="text-bad-ink">{download.error?.message}</p>
        {download.error?.hint && <p className="text-ink-muted">{download.error.hint}</p>}
      </div>
    </div>
  )
}
