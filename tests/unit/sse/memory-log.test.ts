import { describe, expect, it } from 'vitest'
import { MemoryLog } from '@/lib/sse'
import { eventLogContract } from './event-log-contract'

eventLogContract('MemoryLog', (bounds) => {
  let now = 0
  const log = new MemoryLog({ ...bounds, clock: () => now })
  return {
    log,
    advance(ms) {
      now += ms
    },
  }
})

const BOUNDS = { maxEntries: 100, maxBytes: 100_000, maxAgeMs: 100_000 }

describe('MemoryLog', () => {
  it('encodes an event once: all readers share its bytes, and those at one place their batch', () => {
    const log = new MemoryLog(BOUNDS)
    log.append({ data: 'shared' })
    log.append({ data: 'too' })
    const start = { epoch: log.epoch, seq: 0 }
    expect(log.read(start, 1000)).toBe(log.read({ ...start }, 1000))
    log.append({ data: 'more' })
    expect(log.read(start, 1000)).toMatchObject({ next: { seq: 3 } })
  })

  it('counts the bytes that it keeps', () => {
    const log = new MemoryLog({ ...BOUNDS, maxEntries: 2 })
    expect(log.bytes).toBe(0)
    for (let count = 0; count < 200; count++) log.append({ data: 'x' })
    const kept = log.read({ epoch: log.epoch, seq: 198 }, 1000)
    const sizes = kept.kind === 'entries' ? kept.entries.map(({ bytes }) => bytes.byteLength) : []
    expect(log.bytes).toBe(sizes.reduce((sum, size) => sum + size, 0))
    expect(sizes).toHaveLength(2)
  })

  it('refuses an epoch that would not survive in an id', () => {
    expect(() => new MemoryLog({ ...BOUNDS, epoch: 'a.b' })).toThrow(TypeError)
  })
})
