import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EventLog, MemoryLog, type ReadResult } from '@/lib/sse'
import { strictEvents } from '@/tests/support/strict-events'
import { countingLog, ManualTimers, makeServer, settle, TestClient } from './support'

const BOUNDS = { maxEntries: 100, maxBytes: 1_000_000, maxAgeMs: 3_600_000 }

function world(options: Parameters<typeof makeServer>[1] = {}) {
  const timers = new ManualTimers()
  return { timers, sse: makeServer(timers, options), log: new MemoryLog({ ...BOUNDS, epoch: 'e' }) }
}

describe('subscribe', () => {
  it('answers with the headers of an event stream', async () => {
    const { sse, log } = world()
    const client = new TestClient()
    await client.connect(sse, { log })
    expect(client.response?.status).toBe(200)
    const headers = Object.fromEntries(client.response?.headers ?? [])
    expect(headers).toEqual({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    })
  })

  it('shows a newcomer the state, and gives it a cursor only with the last of it', async () => {
    const { sse, log } = world()
    log.append({ data: 'past' })
    const events = [
      { event: 'started', data: '1' },
      { event: 'progress', data: '2' },
    ]
    const client = new TestClient()
    await client.connect(sse, { log, snapshot: async () => ({ cursor: log.head, events }) })
    await client.pullAll()
    log.append({ data: 'next' })
    await client.pullAll()
    expect(client.events).toEqual([
      { event: 'started', id: undefined, data: '1' },
      { event: 'progress', id: 'e.1', data: '2' },
      { event: undefined, id: 'e.2', data: 'next' },
    ])
  })

  it('gives the cursor alone when there is no state to show', async () => {
    const { sse, log } = world()
    log.append({ data: 'past' })
    log.end()
    const source = { log, snapshot: () => ({ cursor: log.head, events: [] }) }
    const response = await sse.subscribe(new Request('http://test/'), source, {
      client: 'me',
      name: 'test',
    })
    expect(await response.text()).toBe('retry: 3000\n: open\nid: e.1\n\n')
  })

  it('says what is no event inside of events, for clients that take every blank line for one', async () => {
    const { timers, sse, log } = world()
    const client = new TestClient()
    await client.connect(sse, { log })
    log.append({ comment: 'queued, position 1' })
    log.append({ data: 'a' })
    await client.pullAll()
    await timers.advance(20_000)
    await client.pullAll()
    log.append({ data: 'b' })
    await client.pullAll()
    expect(client.text).toContain(': keep-alive\n')
    expect(strictEvents(client.text)).toEqual(['a', 'b'])
  })

  it('tells a state of any size in batches', async () => {
    const { sse, log } = world()
    const events = Array.from({ length: 300 }, (_, at) => ({ data: `${at} ${'x'.repeat(1000)}` }))
    const client = new TestClient()
    await client.connect(sse, { log, snapshot: () => ({ cursor: log.head, events }) })
    await client.pullAll()
    expect(client.events.map(({ data }) => data)).toEqual(events.map(({ data }) => data))
    expect(Math.max(...client.chunks)).toBeLessThanOrEqual(64 * 1024)
    expect(client.events.filter(({ id }) => id !== undefined)).toHaveLength(1)
  })

  it('sends what is ready as one chunk, and one event without a copy', async () => {
    const { sse, log } = world()
    const [one, other] = [new TestClient(), new TestClient()]
    for (const client of [one, other]) {
      await client.connect(sse, { log })
      await client.pullAll()
    }
    for (let count = 0; count < 5; count++) log.append({ data: String(count) })
    await one.pullAll()
    expect(one.events).toHaveLength(5)
    // The opening, the first event that it was waiting for with those of the same tick, and no more.
    expect(one.chunks).toHaveLength(2)
  })

  it('loses no wake-up that comes while a log is being read', async () => {
    const { sse, log } = world()
    let answer: (() => void) | undefined
    const slow: EventLog = Object.assign(countingLog(log), {
      read: (...[cursor, maxBytes]: Parameters<EventLog['read']>) => {
        const result = log.read(cursor, maxBytes)
        return new Promise<ReadResult>((resolve) => {
          answer = () => resolve(result)
        })
      },
    })
    const client = new TestClient()
    await client.connect(sse, { log: slow })
    await client.pull()
    await client.pull()
    log.append({ data: 'while it read' })
    answer?.()
    await settle()
    answer?.()
    await client.pull()
    expect(client.events.map(({ data }) => data)).toEqual(['while it read'])
  })
})

describe('a stream that is over', () => {
  it('ends after its last event, and answers a reconnect from there with 204', async () => {
    const { sse, log } = world()
    log.append({ data: '1' })
    log.end()
    const client = new TestClient()
    await client.connect(sse, { log })
    await client.pullAll()
    expect(client.closed).toBe(true)
    await client.connect(sse, { log })
    expect(client.response?.status).toBe(204)
    expect(client.closings).toEqual(['ended', 'finished'])
    expect(sse.stats()).toMatchObject({ open: 0, resumed: { fresh: 1, finished: 1 } })
  })

  it('ends for one reader after the last event that concerns it, while the log goes on', async () => {
    const { sse, log } = world()
    let over = false
    const source = {
      log,
      filter: (key: string | undefined) => key === 'mine',
      isLast: ({ seq }: { seq: number }) => seq === 2,
      finished: () => over,
    }
    const client = new TestClient()
    await client.connect(sse, source)
    log.append({ data: '1' }, 'mine')
    log.append({ data: '2' }, 'mine')
    log.append({ data: '3' }, 'mine')
    await client.pullAll()
    expect(client.events.map(({ data }) => data)).toEqual(['1', '2'])
    expect(client.closings).toEqual(['ended'])
    over = true
    client.lastEventId = 'e.3'
    log.append({ data: 'not mine' }, 'other')
    await client.connect(sse, source)
    expect(client.response?.status).toBe(204)
  })

  it('ends when its source is finished, but only after everything was read', async () => {
    const { sse, log } = world()
    const source = { log, finished: () => log.head.seq === 2 }
    const client = new TestClient()
    await client.connect(sse, source)
    await client.pullAll()
    log.append({ data: '1' })
    log.append({ data: '2' })
    await client.pullAll()
    expect(client.events.map(({ data }) => data)).toEqual(['1', '2'])
    expect(client.closed).toBe(true)
  })
})

describe('a cursor that can not be served', () => {
  it('gets one reset with the reason, the new cursor and then the state', async () => {
    const { sse, log } = world()
    log.append({ data: '1' })
    const snapshot = () => ({ cursor: log.head, events: [{ data: 'state' }] })
    for (const [id, reason] of [
      ['other.1', 'epoch'],
      ['e.9', 'future'],
      ['not a cursor', 'epoch'],
    ] as const) {
      const client = new TestClient()
      client.lastEventId = id
      await client.connect(sse, { log, snapshot })
      await client.pullAll()
      expect(client.events).toEqual([
        { event: 'reset', id: 'e.1', data: JSON.stringify({ reason }) },
        { event: undefined, id: undefined, data: 'state' },
      ])
    }
    expect(sse.stats()).toMatchObject({
      resumed: { reset: 3 },
      resets: { epoch: 2, future: 1, trimmed: 0 },
    })
  })
})

describe('limits', () => {
  it('are exact however many come and go together, and nobody is put out', async () => {
    const client = fc.constantFrom('a', 'b', 'c')
    const round = fc.record({
      arrive: fc.array(client, { maxLength: 12, size: 'max' }),
      leave: fc.array(fc.nat(30), { maxLength: 8 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(round, { maxLength: 6, size: 'max' }),
        async (maxSubscribers, maxPerClient, rounds) => {
          const { sse, log } = world({ maxSubscribers, maxPerClient })
          let inside: { name: string; client: TestClient }[] = []
          for (const { arrive, leave } of rounds) {
            const arrivals = arrive.map((name) => ({ name, client: new TestClient() }))
            const opening = arrivals.map(({ name, client }) => client.connect(sse, { log }, name))
            for (const index of leave) inside[index]?.client.leave()
            await Promise.all(opening)
            inside = [...inside, ...arrivals].filter(({ client }) => client.connected)
            const held = (one: string) => inside.filter(({ name }) => name === one).length
            expect(sse.stats().open).toBe(inside.length)
            expect(inside.length).toBeLessThanOrEqual(maxSubscribers)
            for (const { name, client } of arrivals) {
              expect(held(name)).toBeLessThanOrEqual(maxPerClient)
              if (client.response?.status === 200) continue
              expect(client.response?.status).toBe(503)
              expect(Number(client.response?.headers.get('Retry-After'))).toBeGreaterThan(0)
              expect(client.closings).toEqual(['rejected'])
            }
          }
          for (const { client } of inside) {
            expect(client.closings).toEqual([])
            client.leave()
          }
          const again = new TestClient()
          await again.connect(sse, { log }, 'a')
          expect(again.response?.status).toBe(200)
        },
      ),
      { numRuns: 200 },
    )
  }, 60_000)

  it('say which of them was reached', async () => {
    const { sse, log } = world({ maxSubscribers: 2, maxPerClient: 1 })
    const scopes: (string | undefined)[] = []
    for (const name of ['a', 'a', 'b', 'c']) {
      const client = new TestClient()
      await client.connect(sse, { log }, name)
      if (client.response?.status === 503) scopes.push(await client.response.text())
    }
    expect(scopes).toEqual(['client', 'all'])
    expect(sse.stats().rejected).toEqual({ client: 1, all: 1 })
  })
})

describe('stats', () => {
  it('tell who is there and how far behind, and onChange when that changes', async () => {
    const { sse, log } = world()
    let changes = 0
    const stop = sse.onChange(() => {
      changes += 1
    })
    const client = new TestClient()
    await client.connect(sse, { log })
    log.append({ data: '1' })
    log.append({ data: '2' })
    expect(sse.stats()).toMatchObject({ open: 1, openByName: { test: 1 }, opened: 1, maxLag: 2 })
    client.leave()
    expect(changes).toBe(2)
    expect(sse.stats()).toMatchObject({ open: 0, openByName: {}, closed: { client: 1 }, maxLag: 0 })
    stop()
    await new TestClient().connect(sse, { log })
    expect(changes).toBe(2)
  })
})

describe('admission', () => {
  it('can refuse a stream, and gives back what it held when one closes', async () => {
    let held = 0
    const admit = () => {
      if (held === 1)
        return { kind: 'refused' as const, response: new Response(null, { status: 429 }) }
      held += 1
      return { kind: 'admitted' as const, onRevoked: () => () => {}, release: () => held-- }
    }
    const { sse, log } = world({ admit })
    const [first, second] = [new TestClient(), new TestClient()]
    await first.connect(sse, { log })
    await second.connect(sse, { log })
    expect(second.response?.status).toBe(429)
    expect(second.closings).toEqual(['rejected'])
    first.leave()
    expect(held).toBe(0)
    await second.connect(sse, { log })
    expect(second.response?.status).toBe(200)
  })

  it('ends a stream at once when it is revoked, even before it has begun', async () => {
    for (const early of [true, false]) {
      let revoke = () => {}
      let watching = 0
      const onRevoked = (listener: () => void) => {
        watching += 1
        revoke = listener
        if (early) listener()
        return () => watching--
      }
      const admit = () => ({ kind: 'admitted' as const, onRevoked, release: () => {} })
      const { timers, sse, log } = world({ admit })
      const counted = countingLog(log)
      const client = new TestClient()
      await client.connect(sse, { log: counted })
      if (!early) await client.pullAll()
      revoke()
      expect(client.closings).toEqual(['revoked'])
      expect(sse.stats()).toMatchObject({ open: 0, closed: { revoked: 1 } })
      expect([watching, counted.listeners, timers.active]).toEqual([0, 0, 0])
    }
  })
})
