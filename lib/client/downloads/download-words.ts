import { formatDuration, formatSpeed, formatTimeLeft } from '../format'
import type { LiveDownload } from './reduce-downloads'

const ORDINALS = ['next', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth']

/**
 * What a download is doing, in a few words.
 * @param now ms since 1970
 */
export function downloadWords(download: LiveDownload, now: number): string {
  switch (download.status) {
    case 'queued':
      return `Queued${queuePlace(download.position)}`
    case 'resolving':
      return 'Asking the hub'
    case 'downloading':
      return flowWords(download, now)
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

function flowWords(
  { stalled, note, bytesPerSecond, etaSeconds, grewAt }: LiveDownload,
  now: number,
): string {
  if (stalled) return note ?? stalledWords(grewAt, now)
  if (!bytesPerSecond) return 'Starting'
  const speed = formatSpeed(bytesPerSecond)
  return etaSeconds === null ? speed : `${speed} · ${formatTimeLeft(etaSeconds)}`
}

/** A page that was opened during the stall doesn't know how long it has been. */
function stalledWords(grewAt: number | null, now: number): string {
  if (grewAt === null || now <= grewAt) return 'Stalled, retrying'
  return `Stalled for ${formatDuration(Math.floor((now - grewAt) / 1000) * 1000)}, retrying`
}
