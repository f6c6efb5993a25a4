import { formatSpeed, formatTimeLeft } from '../format'
import type { LiveDownload } from './reduce-downloads'

const ORDINALS = ['next', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth']

/** What a download is doing, in a few words. */
export function downloadWords(download: LiveDownload): string {
  switch (download.status) {
    case 'queued':
      return `Queued${queuePlace(download.position)}`
    case 'resolving':
      return 'Asking the hub'
    case 'downloading':
      return flowWords(download)
    case 'verifying':
      return 'Checking the hash'
    case 'paused':
      return 'Paused'
    case 'complete':
      return 'Installed'
    case 'failed':
      return 'Failed'
    case 'cancelled':
      return 'Cancelled'
  }
}

function queuePlace(position: number | null): string {
  if (position === null) return ''
  return `, ${ORDINALS[position - 1] ?? `number ${position}`}`
}

function flowWords({ stalled, note, bytesPerSecond, etaSeconds }: LiveDownload): string {
  if (stalled) return note ?? 'Stalled: nothing comes, still trying'
  if (!bytesPerSecond) return 'Starting'
  const speed = formatSpeed(bytesPerSecond)
  return etaSeconds === null ? speed : `${speed} · ${formatTimeLeft(etaSeconds)}`
}
