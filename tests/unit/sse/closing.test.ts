import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EventLog, MemoryLog, type SseServer } from '@/lib/sse'
import { countingLog, ManualTimers, makeServer, settle, TestClient } from './support'

const BOUNDS = { maxEntries: 100, maxBytes: 1_000_000, maxAgeMs: 3_600_000 }

const WAYS = ['abort', 'cancel', 'both', 'end', 'fail', 'stall', 'expire', 'shutdown'] as const
type Way = (typeof WAYS)[number]

/** One client and a log of its own, whose listeners are counted and whose reads can be made to fail. */
async function open(sse: SseServer) {
  const client = new TestClient()
  const counted = countingLog(new MemoryLog(BOUNDS))
  const failing = { now: false }
  const read: EventLog['read'] = (cursor, maxBytes) => {
    if (failing.now) throw new Error('The log can not be read.')
    return counted.read(cursor, maxBytes)
  }
  const log = { ...counted, read, head: counted.head }
  await client.connect(sse, { log })
  return { client, counted, failing }
}

async function close(stream: Awaited<ReturnType<typeof open>>, way: Way, timers: ManualTimers) {
  const { client, counted, failing } = stream
  switch (way) {
    case 'abort':
      return client.leave()
    case 'cancel':
      return client.cancel()
    case 'both':
      client.leave()
      return client.cancel()
    case 'end':
      counted.end()
      return client.pullAll()
    case 'fail':
      failing.now = true
      counted.append({ data: 'unreadable' })
      return client.pullAll()
    case 'stall':
      return timers.advance(40_000)
    case 'expire':
      return timers.advance(4_000_000)
    case 'shutdown':
      return
  }
}

describe('closing', () => {
  it('returns every timer, listener and gauge to the baseline, in whatever way it happens', async () => {
    const stream = fc.record({ way: fc.constantFrom(...WAYS), pulls: fc.nat(3) })
    await fc.assert(
      fc.asyncProperty(fc.array(stream, { minLength: 1, maxLength: 6 }), async (plans) => {
        const timers = new ManualTimers()
        const sse = makeServer(timers, { maxSubscribers: plans.length })
        const opened: Awaited<ReturnType<typeof open>>[] = []
        for (const { pulls } of plans) {
          const stream = await open(sse)
          opened.push(stream)
          stream.counted.append({ data: 'some' })
          // None, the opening, the event too, or on until it waits.
          for (let pull = 0; pull < pulls; pull++) await stream.client.pull()
        }
        expect(sse.stats().open).toBe(plans.length)
        for (const [index, { way }] of plans.entries()) {
          const stream = opened[index]
          if (stream) await close(stream, way, timers)
        }
        const closed = sse.close()
        await timers.advance(2000)
        await closed
        expect(sse.stats().open).toBe(0)
        expect(timers.active).toBe(0)
        for (const { client, counted } of opened) {
          expect(client.closings).toHaveLength(1)
          expect(counted.listeners).toBe(0)
          const signal = client.request?.signal
          expect(signal && getEventListeners(signal, 'abort')).toEqual([])
        }
      }),
      { numRuns: 200 },
    )
  }, 60_000)

  it('notices a client that left before the handler answered, when only the signal tells', async () => {
    const timers = new ManualTimers()
    const sse = makeServer(timers)
    const signal = AbortSignal.abort()
    const log = countingLog(new MemoryLog(BOUNDS))
    const closings: string[] = []
    await sse.subscribe(
      new Request('http://test/', { signal }),
      { log },
      { client: 'me', name: 'test', onClose: (reason) => closings.push(reason) },
    )
    expect(closings).toEqual(['client'])
    expect(sse.stats().open).toBe(0)
    expect(log.listeners).toBe(0)
    expect(timers.active).toBe(0)
  })

  it('does not wait for a source that never answers', async () => {
    const sse = makeServer(new ManualTimers())
    const log = new MemoryLog(BOUNDS)
    const client = new TestClient()
    await client.connect(sse, { log, snapshot: () => new Promise(() => {}) })
    await client.pull()
    await client.pull()
    await client.cancel()
    expect(client.closings).toEqual(['client'])
    expect(sse.stats().open).toBe(0)
  })

  it('breaks the stream of a source that fails, so that its client comes back', async () => {
    const sse = makeServer(new ManualTimers())
    const { client, failing } = await open(sse)
    await client.pull()
    failing.now = true
    await client.pull()
    expect(client.error).toMatchObject({ message: 'The log can not be read.' })
    expect(client.closings).toEqual(['error'])
  })
})

describe('closing the server', () => {
  it('sends what is ready, ends every stream and takes no more', async () => {
    const timers = new ManualTimers()
    const sse = makeServer(timers)
    const log = new MemoryLog(BOUNDS)
    const clients = Array.from({ length: 10 }, () => new TestClient())
    for (const client of clients) {
      await client.connect(sse, { log })
      await client.pullAll()
    }
    log.append({ data: 'last words' })
    const closed = sse.close()
    for (const client of clients) {
      await client.pullAll()
      expect(client.events.map(({ data }) => data)).toEqual(['last words'])
      expect(client.closed).toBe(true)
      expect(client.error).toBeUndefined()
    }
    await closed
    expect(sse.stats()).toMatchObject({ open: 0, closed: { shutdown: 10 } })
    const late = new TestClient()
    await late.connect(sse, { log })
    expect(late.response?.status).toBe(503)
  })

  it('is done at once when nobody is there', async () => {
    const timers = new ManualTimers()
    await makeServer(timers).close()
    expect(timers.active).toBe(0)
  })

  it('does not wait longer than its grace for readers who take nothing', async () => {
    const timers = new ManualTimers()
    const sse = makeServer(timers)
    const client = new TestClient()
    await client.connect(sse, { log: new MemoryLog(BOUNDS) })
    let done = false
    const closed = sse.close(500).then(() => {
      done = true
    })
    await timers.advance(499)
    expect(done).toBe(false)
    await timers.advance(1)
    await closed
    expect(client.closings).toEqual(['shutdown'])
    await settle()
    expect(timers.active).toBe(0)
  })
})
