import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryLog } from '@/lib/sse'
import { MAX_BATCH_BYTES } from '@/lib/sse/frames'
import { ManualTimers, makeServer, settle, TestClient } from './support'

const STALL_MS = 30_000

function world() {
  const timers = new ManualTimers()
  const sse = makeServer(timers, { stallMs: STALL_MS })
  const log = new MemoryLog({ maxEntries: 500, maxBytes: 2_000_000, maxAgeMs: 3_600_000 })
  return { timers, sse, log }
}

describe('a stalled subscriber', () => {
  it('costs at most one batch and delays nobody', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(3),
        fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 60, size: 'max' }),
        async (takes, sizes) => {
          const { sse, log } = world()
          const [stalled, reading] = [new TestClient(), new TestClient()]
          await stalled.connect(sse, { log })
          await reading.connect(sse, { log })
          for (let take = 0; take < takes; take++) await stalled.pull()
          const before = sse.stats()
          for (const size of sizes) {
            log.append({ data: 'x'.repeat(size) })
            await reading.pullAll()
            // What was appended has arrived, although somebody else takes nothing.
            expect(reading.lastEventId).toBe(`${log.epoch}.${log.head.seq}`)
          }
          const after = sse.stats()
          const made =
            after.bytes - before.bytes - reading.chunks.reduce((sum, one) => sum + one, 0)
          const single = Math.max(0, ...sizes) + 100
          expect(made).toBeLessThanOrEqual(Math.max(MAX_BATCH_BYTES, single))
          for (const chunk of reading.chunks)
            expect(chunk).toBeLessThanOrEqual(Math.max(MAX_BATCH_BYTES, single))
        },
      ),
      { numRuns: 60 },
    )
  }, 60_000)

  it('that comes back to life gets what it missed, in batches', async () => {
    const { sse, log } = world()
    const client = new TestClient()
    await client.connect(sse, { log })
    await client.pull()
    for (let count = 0; count < 400; count++) log.append({ data: `${count} ${'x'.repeat(1000)}` })
    await settle()
    expect(client.chunks).toHaveLength(1)
    await client.pullAll()
    expect(client.events).toHaveLength(400)
    expect(Math.max(...client.chunks)).toBeLessThanOrEqual(MAX_BATCH_BYTES)
    expect(client.chunks.length).toBeLessThan(10)
  })

  it('that has fallen off the log gets one reset', async () => {
    const { sse, log } = world()
    const client = new TestClient()
    const source = {
      log,
      reset: (reason: string) => ({ cursor: log.head, events: [{ data: 'state' }], data: reason }),
    }
    await client.connect(sse, source)
    log.append({ data: 'first' })
    await client.pullAll()
    // It was waiting for one: this batch goes to it, and after that it takes nothing.
    for (let count = 0; count < 2000; count++) log.append({ data: 'missed' })
    log.append({ data: 'newest' })
    await client.pullAll()
    log.append({ data: 'next' })
    await client.pullAll()
    expect(client.events.map(({ event, data }) => event ?? data)).toEqual([
      'first',
      'reset',
      'state',
      'next',
    ])
    expect(client.events[1]).toMatchObject({ id: `${log.epoch}.2002`, data: 'trimmed' })
    expect(sse.stats().resets).toEqual({ trimmed: 1, epoch: 0, future: 0 })
  })

  it('is cut after the stall time although it never asks again, and its slot is free', async () => {
    const { timers, sse, log } = world()
    const client = new TestClient()
    await client.connect(sse, { log })
    await client.pull()
    log.append({ data: '1' })
    await client.pull()
    log.append({ data: '2' })
    // It now waits for a chunk that comes: from then on it takes nothing.
    await client.pull()
    await timers.advance(STALL_MS - 1000)
    expect(sse.stats().open).toBe(1)
    await timers.advance(2000)
    expect(sse.stats()).toMatchObject({ open: 0, closed: { stalled: 1 } })
    expect(timers.active).toBe(0)
  })

  it('is cut when it never comes for its first bytes', async () => {
    const { timers, sse, log } = world()
    await sse.subscribe(new Request('http://test/'), { log }, { client: 'me', name: 'test' })
    await timers.advance(STALL_MS)
    expect(sse.stats()).toMatchObject({ open: 0, closed: { stalled: 1 } })
  })

  it('is not one that only has nothing to read', async () => {
    const { timers, sse, log } = world()
    const client = new TestClient()
    await client.connect(sse, { log })
    for (let second = 0; second < 300; second++) {
      await client.pullAll()
      await timers.advance(1000)
    }
    expect(sse.stats().open).toBe(1)
  })
})
