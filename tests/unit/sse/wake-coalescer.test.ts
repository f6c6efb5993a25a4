import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryLog } from '@/lib/sse'
import { WakeCoalescer } from '@/lib/sse/wake-coalescer'
import { countingLog, ManualTimers, makeServer, TestClient } from './support'

const BOUNDS = { maxEntries: 10_000, maxBytes: 10_000_000, maxAgeMs: 3_600_000 }

function begin(readers: number) {
  const timers = new ManualTimers()
  const log = countingLog(new MemoryLog(BOUNDS))
  const rounds = new WakeCoalescer(timers)
  const wakes = Array.from({ length: readers }, () => 0)
  const leave = wakes.map((_, index) =>
    rounds.join(log, { wake: () => (wakes[index] = (wakes[index] ?? 0) + 1) }),
  )
  return { timers, log, wakes, leave }
}

describe('a few readers', () => {
  it('are woken by every event at once', () => {
    const { log, wakes } = begin(10)
    for (let event = 1; event <= 5; event++) {
      log.append({ data: '' })
      expect(wakes).toEqual(wakes.map(() => event))
    }
  })
})

describe('many readers', () => {
  it('are woken at once after silence, and then in rounds that all come into', async () => {
    const { timers, log, wakes } = begin(1000)
    log.append({ data: '' })
    expect(new Set(wakes)).toEqual(new Set([1]))
    for (let ms = 0; ms < 1000; ms++) {
      log.append({ data: '' })
      await timers.advance(1)
    }
    expect(new Set(wakes)).toEqual(new Set([11]))
  })

  it('wait half a second at the most', async () => {
    const { timers, log, wakes } = begin(20_000)
    log.append({ data: '' })
    log.append({ data: '' })
    await timers.advance(500)
    expect(new Set(wakes)).toEqual(new Set([2]))
  })

  it('leave nothing behind', async () => {
    const { timers, log, leave } = begin(1000)
    log.append({ data: '' })
    log.append({ data: '' })
    expect(log.listeners).toBe(1)
    for (const step of leave) step()
    expect({ listeners: log.listeners, timers: timers.active }).toEqual({ listeners: 0, timers: 0 })
  })
})

describe('streams of many readers', () => {
  it('bring everything in order, in fewer chunks than events', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 30 })), {
          minLength: 1,
          maxLength: 20,
        }),
        async (steps) => {
          const timers = new ManualTimers()
          const sse = makeServer(timers, { maxSubscribers: 100, maxPerClient: 100 })
          const log = new MemoryLog(BOUNDS)
          const clients = Array.from({ length: 60 }, () => new TestClient())
          for (const client of clients) await client.connect(sse, { log })
          let count = 0
          for (const [events, ms] of steps) {
            for (let event = 0; event < events; event++) log.append({ data: String(++count) })
            await timers.advance(ms)
            for (const client of clients) await client.pullAll()
          }
          await timers.advance(10)
          for (const client of clients) await client.pullAll()
          const expected = Array.from({ length: count }, (_, index) => String(index + 1))
          for (const client of clients)
            expect(client.events.map(({ data }) => data)).toEqual(expected)
        },
      ),
      { numRuns: 30 },
    )
  })
})
