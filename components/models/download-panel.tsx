'use client'

import { ErrorState } from '@/components/ui/error-state'
import { Panel } from '@/components/ui/panel'
import { useDownloads } from '@/lib/client/downloads/use-downloads'
import { formatSpeed } from '@/lib/client/format'
import { DownloadRow } from './download-row'
import { RateSelect } from './rate-select'

/** The downloads that run, wait, or want attention. Without any there is nothing to show. */
export function DownloadPanel() {
  const { all, bytesPerSecond, error, isFetching, refetch } = useDownloads()
  if (error)
    return (
      <Panel title="Downloading">
        <ErrorState error={error} busy={isFetching} onRetry={refetch} />
      </Panel>
    )
  if (all.length === 0) return null
  const queued = all.filter(({ status }) => status === 'queued')
  return (
    <Panel
      title="Downloading"
      detail={bytesPerSecond > 0 && formatSpeed(bytesPerSecond)}
      actions={<RateSelect />}
    >
      <ul className="divide-y">
        {all.map((download) => {
          const place = queued.indexOf(download)
          const moves =
            place >= 0 && queued.length > 1
              ? { up: place > 0, down: place < queued.length - 1 }
              : undefined
          return <DownloadRow key={download.id} download={download} moves={moves} />
        })}
      </ul>
    </Panel>
  )
}
