import { describe, expect, it } from 'vitest'
import { downloadWords } from '@/lib/client/downloads/download-words'
import { type DownloadsState, reduceDownloads } from '@/lib/client/downloads/reduce-downloads'

const progress = (bytes: number, stalled: boolean) => ({
  event: 'progress',
  id: undefined,
  data: JSON.stringify({
    download_id: 'd',
    model_ref: 'hf:a/b',
    status: 'downloading',
    bytes,
    total: 100,
    bytes_per_second: stalled ? 0 : 10,
    eta_seconds: stalled ? null : 9,
    stalled,
  }),
})

function words(events: readonly [at: number, bytes: number, stalled: boolean][], now: number) {
  let state: DownloadsState = {}
  for (const [at, bytes, stalled] of events)
    state = reduceDownloads(state, progress(bytes, stalled), at)
  if (!state.d) throw new Error('There is no download.')
  return downloadWords(state.d, now)
}

describe('a download that stalls', () => {
  it('says since when nothing has come', () => {
    const events = [
      [1_000, 10, false],
      [2_000, 20, false],
      [9_000, 20, true],
    ] as const
    expect(
      words(
        events.map(([...event]) => event),
        14_400,
      ),
    ).toBe('Stalled for 12 s, retrying')
  })

  it('says no more than a page knows that was opened since', () => {
    expect(words([[9_000, 20, true]], 14_000)).toBe('Stalled, retrying')
  })

  it('tells its speed when it goes on', () => {
    expect(
      words(
        [
          [1_000, 10, true],
          [2_000, 20, false],
        ],
        2_000,
      ),
    ).toBe('10 B/s · 9 s left')
  })
})
