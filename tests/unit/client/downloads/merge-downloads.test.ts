import { describe, expect, it } from 'vitest'
import type { DownloadStatus, LiveDownload } from '@/lib/client/downloads/reduce-downloads'
import { mergeDownloads } from '@/lib/client/downloads/use-downloads'

const download = (
  id: string,
  status: DownloadStatus,
  position: number | null = null,
): LiveDownload => ({
  id,
  ref: `hf:acme/${id}`,
  status,
  bytes: 0,
  total: null,
  bytesPerSecond: null,
  etaSeconds: null,
  stalled: false,
  position,
  note: null,
  error: null,
  seenAt: 0,
  gapMs: 250,
  grewAt: null,
})
const shown = (list: LiveDownload[], live: LiveDownload[]) =>
  mergeDownloads(list, Object.fromEntries(live.map((each) => [each.id, each]))).map(
    ({ id, status }) => `${id} ${status}`,
  )

describe('mergeDownloads', () => {
  it('lets the feed win over the list, which may be older', () => {
    expect(shown([download('a', 'queued')], [download('a', 'downloading')])).toEqual([
      'a downloading',
    ])
    expect(shown([download('a', 'downloading')], [download('a', 'complete')])).toEqual([])
  })

  it('shows what has begun since the list was read, but nothing that was dismissed', () => {
    expect(shown([], [download('a', 'queued'), download('b', 'failed')])).toEqual(['a queued'])
  })

  it('puts what flows first, then the queue in its order, then what waits for a person', () => {
    expect(
      shown(
        [
          download('a', 'failed'),
          download('b', 'paused'),
          download('c', 'queued', 2),
          download('d', 'queued', 1),
          download('e', 'verifying'),
        ],
        [],
      ),
    ).toEqual(['e verifying', 'd queued', 'c queued', 'b paused', 'a failed'])
  })
})
