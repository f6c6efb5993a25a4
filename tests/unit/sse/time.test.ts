import { describe, expect, it } from 'vitest'
import { MemoryLog, type Source } from '@/lib/sse'
import { ManualTimers, makeServer, TestClient } from './support'

const BOUNDS = { maxEntries: 100, maxBytes: 1_000_000, maxAgeMs: 3_600_000 }

async function open(options: Parameters<typeof makeServer>[1] = {}, source: Partial<Source> = {}) {
  const timers = new ManualTimers()
  const sse = makeServer(timers, options)
  const log = new MemoryLog({ ...BOUNDS, epoch: 'e' })
  const client = new TestClient()
  const connect = () => client.connect(sse, { log, ...source })
  await connect()
  await client.pullAll()
  return { timers, sse, log, client, connect }
}

describe('the first bytes', () => {
  it('come before there is anything to tell, and say when to come back', async () => {
    const { client } = await open({ retryMs: 2000 })
    expect(client.retryMs).toBe(2000)
    expect(client.comments).toEqual(['open'])
    expect(client.events).toEqual([])
  })
})

describe('a heartbeat', () => {
  it('is a comment after 15 s of silence, and none while events are sent', async () => {
    const { timers, log, client } = await open()
    await timers.advance(14_000)
    await client.pullAll()
    expect(client.comments).toEqual(['open'])
    await timers.advance(1000)
    await client.pullAll()
    expect(client.comments).toEqual(['open', 'keep-alive'])
    for (let second = 0; second < 40; second += 10) {
      await timers.advance(10_000)
      log.append({ data: String(second) })
      await client.pullAll()
    }
    expect(client.comments).toEqual(['open', 'keep-alive'])
    expect(client.events).toHaveLength(4)
  })

  it('comes as often as a stream asks for', async () => {
    const { timers, sse, log } = await open()
    const client = new TestClient()
    await client.connect(sse, { log }, 'someone', { heartbeatMs: 5000 })
    await client.pullAll()
    await timers.advance(5000)
    await client.pullAll()
    expect(client.comments).toEqual(['open', 'keep-alive'])
  })

  it('moves the cursor of a reader past the events that its filter hides', async () => {
    const { timers, log, client, sse, connect } = await open(
      {},
      { filter: (key) => key === 'mine' },
    )
    log.append({ data: 'seen' }, 'mine')
    await client.pullAll()
    for (let count = 0; count < 150; count++) {
      log.append({ data: 'hidden' }, 'other')
      await client.pullAll()
    }
    await timers.advance(15_000)
    const chunks = client.chunks.length
    await client.pullAll()
    // It takes the place of the comment: the parser sees an id and no event.
    expect(client.chunks.slice(chunks)).toEqual([Buffer.from('id: e.151\n\n').byteLength])
    client.leave()
    client.lastEventId = 'e.151'
    await connect()
    expect(sse.stats().resumed.resumed).toBe(1)
  })
})

describe('a ping', () => {
  it('is a real event once in its period, on a busy stream as well', async () => {
    const timers = new ManualTimers()
    const sse = makeServer(timers)
    const log = new MemoryLog(BOUNDS)
    const response = await sse.subscribe(
      new Request('http://test/'),
      { log },
      { client: 'me', name: 'test', pingMs: 60_000 },
    )
    const text = response.text()
    for (let second = 0; second < 180; second++) {
      await timers.advance(1000)
      log.append({ data: 'busy' })
    }
    log.end()
    expect((await text).match(/^event: ping$/gm)).toHaveLength(3)
  })
})

describe('a lifetime', () => {
  it('ends the stream cleanly after what is ready, and the next one goes on', async () => {
    const { timers, sse, log, client, connect } = await open({ maxAgeMs: 60_000 })
    log.append({ data: '1' })
    for (let second = 1; second < 60; second++) {
      await timers.advance(1000)
      await client.pullAll()
    }
    log.append({ data: '2' })
    await timers.advance(1000)
    await client.pullAll()
    expect(client.closed).toBe(true)
    expect(sse.stats()).toMatchObject({ open: 0, closed: { expired: 1, client: 0 } })
    log.append({ data: '3' })
    await connect()
    await client.pullAll()
    expect(client.events.map(({ data }) => data)).toEqual(['1', '2', '3'])
  })

  it('is jittered, so that all who came together do not come back together', async () => {
    const timers = new ManualTimers()
    const sse = makeServer(timers, { maxAgeMs: 100_000 })
    const log = new MemoryLog(BOUNDS)
    const ends: number[] = []
    for (const luck of [0, 0.5, 0.999]) {
      timers.random = () => luck
      const client = new TestClient()
      await client.connect(sse, { log })
      client.pullAll().then(() => undefined)
      const started = timers.now()
      while (!client.closed) {
        await timers.advance(1000)
        await client.pullAll()
      }
      ends.push(timers.now() - started)
    }
    expect(ends).toEqual([90_000, 100_000, 110_000])
  })

  it('does not cut the answer to a POST, which nobody repeats', async () => {
    const timers = new ManualTimers()
    const sse = makeServer(timers, { maxAgeMs: 60_000 })
    const log = new MemoryLog(BOUNDS)
    const request = new Request('http://test/', { method: 'POST' })
    const response = await sse.subscribe(request, { log }, { client: 'me', name: 'test' })
    const text = response.text()
    await timers.advance(600_000)
    log.append({ data: 'late' })
    log.end()
    expect(await text).toContain('data: late')
  })
})
