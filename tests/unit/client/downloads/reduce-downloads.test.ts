import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DownloadsState, reduceDownloads } from '@/lib/client/downloads/reduce-downloads'

const STATUSES: Record<string, string> = {
  started: 'downloading',
  progress: 'downloading',
  error: 'failed',
}

const event = (name: string, data: Record<string, unknown>) => ({
  event: name,
  id: undefined,
  data: JSON.stringify({
    download_id: 'd',
    model_ref: 'hf:acme/tiny',
    status: STATUSES[name] ?? name,
    bytes: 0,
    total: null,
    ...data,
  }),
})

describe('reduceDownloads', () => {
  it('follows a download from its queue to its end', () => {
    let state: DownloadsState = {}
    const step = (name: string, data: Record<string, unknown>) => {
      state = reduceDownloads(state, event(name, data), 0)
      return state.d
    }
    expect(step('queued', { position: 2 })).toMatchObject({ status: 'queued', position: 2 })
    expect(step('started', { bytes: 0, total: 100 })).toMatchObject({ total: 100 })
    expect(
      step('progress', { bytes: 40, total: 100, bytes_per_second: 9, eta_seconds: 7 }),
    ).toMatchObject({
      status: 'downloading',
      bytes: 40,
      bytesPerSecond: 9,
      etaSeconds: 7,
      position: null,
    })
    expect(step('paused', { bytes: 40 })).toMatchObject({ status: 'paused', bytesPerSecond: null })
    expect(step('error', { bytes: 40, code: 'x', message: 'No.', hint: 'Do.' })).toMatchObject({
      status: 'failed',
      bytes: 40,
      error: { message: 'No.', hint: 'Do.' },
    })
  })

  it('never lets bytes go back while a transfer runs', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000)), (sizes) => {
        let state: DownloadsState = {}
        let highest = 0
        for (const bytes of sizes) {
          state = reduceDownloads(state, event('progress', { bytes, total: 1000 }), 0)
          highest = Math.max(highest, bytes)
          expect(state.d?.bytes).toBe(highest)
        }
      }),
    )
  })

  it('begins anew at a reset', () => {
    const state = reduceDownloads({}, event('progress', { bytes: 1 }), 0)
    expect(reduceDownloads(state, event('reset', {}), 0)).toEqual({})
  })

  it('keeps its state, the same object, for what it does not know', () => {
    const state = reduceDownloads({}, event('progress', { bytes: 1 }), 0)
    expect(reduceDownloads(state, { ...event('x', {}), event: 'ping', data: '{}' }, 1)).toBe(state)
    expect(reduceDownloads(state, { event: 'progress', data: '{"torn', id: undefined }, 1)).toBe(
      state,
    )
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, data) => {
        reduceDownloads(state, { event: name, data, id: undefined }, 1)
      }),
    )
  })

  it('learns how long a bar may take to glide, within 100 ms and 1 s', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000)), (gaps) => {
        let state: DownloadsState = {}
        let now = 0
        for (const gap of gaps) {
          now += gap
          state = reduceDownloads(state, event('progress', { bytes: 1 }), now)
        }
        const glide = state.d?.gapMs ?? 100
        expect(glide).toBeGreaterThanOrEqual(100)
        expect(glide).toBeLessThanOrEqual(1000)
      }),
    )
  })
})
