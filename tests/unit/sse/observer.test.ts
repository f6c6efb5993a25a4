import { describe, expect, it } from 'vitest'
import { MemoryLog } from '@/lib/sse'
import { ManualTimers, makeServer, TestClient } from './support'

function world() {
  let now = 1000
  const timers = new ManualTimers()
  const published: number[] = []
  const sse = makeServer(timers, { observer: { delivered: (at) => published.push(at) } })
  const log = new MemoryLog({
    maxEntries: 100,
    maxBytes: 100_000,
    maxAgeMs: 1_000_000,
    clock: () => now,
  })
  const append = (at: number) => {
    now = at
    log.append({ data: String(at) })
  }
  return { timers, sse, log, published, append }
}

describe('an observer', () => {
  it('is told when the oldest event of a chunk was published, for events that came while its reader was there', async () => {
    const { sse, log, published, append } = world()
    append(1000)
    const client = new TestClient()
    await client.connect(sse, { log })
    await client.pullAll()
    expect(client.events).toHaveLength(1)
    expect(published).toEqual([])
    append(2000)
    append(2001)
    await client.pullAll()
    expect(published).toEqual([2000])
  })

  it('is told of the new events in a chunk that begins with old ones', async () => {
    const { sse, log, published, append } = world()
    append(1000)
    const client = new TestClient()
    await client.connect(sse, { log })
    append(2000)
    await client.pullAll()
    expect(published).toEqual([2000])
    expect(sse.stats().replayed).toBe(1)
  })
})

describe('stats', () => {
  it('count what was sent again', async () => {
    const { sse, log, append } = world()
    for (const at of [1, 2, 3]) append(at)
    const client = new TestClient()
    client.lastEventId = `${log.epoch}.1`
    await client.connect(sse, { log })
    append(4)
    await client.pullAll()
    expect(client.events.map(({ data }) => data)).toEqual(['2', '3', '4'])
    expect(sse.stats().replayed).toBe(2)
  })

  it('tell of readers that have taken nothing for a second, and not of those that only wait', async () => {
    const { timers, sse, log } = world()
    const idle = new TestClient()
    await idle.connect(sse, { log })
    await idle.pullAll()
    const blocked = new TestClient()
    await blocked.connect(sse, { log })
    expect(sse.stats().blocked).toBe(0)
    await timers.advance(1000)
    expect(sse.stats()).toMatchObject({ open: 2, blocked: 1 })
    await blocked.pullAll()
    expect(sse.stats().blocked).toBe(0)
  })
})
