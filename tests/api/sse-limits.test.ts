import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RawStream } from '@/tests/support/raw-stream'
import { startServer, type TestServer } from '@/tests/support/server'
import { BreakablePath, StuckReader } from '@/tests/support/stuck-reader'
import { busySequences, openFiles, openStreams, scrape } from '@/tests/support/subscribers'
import { until } from '@/tests/support/until'

const PROGRESS = '/v1/models/download/progress'
const MAX_PER_CLIENT = 40
const MAX = 100

let server: TestServer
/** Keys that belong to nobody: each is a client of its own. */
let keys: string[]

beforeAll(async () => {
  server = await startServer({
    env: {
      RUNNEL_MAX_SUBSCRIBERS: String(MAX),
      RUNNEL_MAX_SUBSCRIBERS_PER_CLIENT: String(MAX_PER_CLIENT),
    },
  })
  const made = ['a', 'b', 'c', 'd', 'e'].map((name) =>
    server.json<{ key: string }>('/api/keys', {
      method: 'POST',
      body: JSON.stringify({ name, scopes: ['models:read', 'infer'] }),
    }),
  )
  keys = (await Promise.all(made)).map(({ key }) => key)
})

afterAll(() => server.dispose())

const isOpen = ({ text }: RawStream) => text !== ''
const bearer = (key: string | undefined) => ({ authorization: `Bearer ${key}` })
const baseline = () => until(async () => (await openStreams(server)) === 0, 'no stream')

/** Asks for that many streams at once, and waits until each has its answer. */
async function open(count: number, keyOf: (index: number) => string | undefined) {
  const streams = Array.from(
    { length: count },
    (_, index) => new RawStream(server, { path: PROGRESS, headers: bearer(keyOf(index)) }),
  )
  await Promise.all(streams.map((stream) => stream.when((one) => one.ended || one.status > 0)))
  const having = (status: number) => streams.filter((stream) => stream.status === status)
  return { inside: having(200), tooMany: having(429), full: having(503) }
}

async function expectRefusals(streams: RawStream[], code: string) {
  await Promise.all(streams.map((stream) => stream.done()))
  for (const { text } of streams) expect(JSON.parse(text)).toMatchObject({ error: { code } })
  const waits = streams.map(({ headers }) => Number(headers['retry-after']))
  for (const wait of waits) expect(wait).toBeGreaterThan(0)
  // Who was refused together is not asked to come back together.
  expect(new Set(waits).size).toBeGreaterThan(1)
}

describe('limits under 200 opens at once', () => {
  it('let one client have exactly as many as it may, and put nobody out', async () => {
    const { inside, tooMany, full } = await open(200, () => keys[0])
    expect([inside.length, tooMany.length, full.length]).toEqual([40, 160, 0])
    await expectRefusals(tooMany, 'too_many_streams')
    await Promise.all(inside.map((stream) => stream.when(isOpen)))
    expect(inside.filter(({ ended }) => ended)).toEqual([])
    // A client at its limit is nothing to the others.
    const other = await open(1, () => keys[1])
    expect(other.inside).toHaveLength(1)
    for (const stream of [...inside, ...other.inside]) stream.leave()
    await baseline()
  })

  it('let in exactly as many as there may be in all, and make room when they leave', async () => {
    const { inside, tooMany, full } = await open(200, (index) => keys[index % 5])
    expect([inside.length, tooMany.length, full.length]).toEqual([MAX, 0, 200 - MAX])
    await expectRefusals(full, 'streams_full')
    await Promise.all(inside.map((stream) => stream.when(isOpen)))
    // Browsers that lost their streams together come back one after the other.
    const retries = inside.map(({ text }) => /^retry: (\d+)\n/.exec(text)?.[1])
    expect(retries).not.toContain(undefined)
    expect(new Set(retries).size).toBeGreaterThan(MAX / 2)
    for (const stream of inside) stream.leave()
    await baseline()
    const metrics = await scrape(server)
    const rejected = (limit: string) => metrics.value('runnel_sse_rejected_total', { limit })
    expect([rejected('client'), rejected('all')]).toEqual([160, 100])
  })
})

describe('a thousand clients that go away', () => {
  /** Watches downloads, or has text made, and is cut somewhere: at once, in the opening, in the middle. */
  const abortOne = (index: number) => {
    const headers = bearer(keys[index % 5])
    const cut = 1 + ((index * 37) % 400)
    const body = { prompt: 'Once upon a time', stream: true, max_tokens: 200 }
    const stream =
      index % 20 === 0
        ? new RawStream(server, { path: '/v1/infer', body, headers }, cut)
        : new RawStream(server, { path: PROGRESS, headers }, cut % 60)
    if (index % 7 === 0) stream.leave()
    return stream.when(({ text }) => index % 20 !== 0 && text !== '').then((one) => one.leave())
  }

  it('leave nothing behind: no stream, no sequence, no socket', async () => {
    await server.json('/v1/models/storyteller/load', { method: 'POST' })
    await baseline()
    const before = openFiles(server)
    for (let wave = 0; wave < 1000; wave += 50)
      await Promise.all(Array.from({ length: 50 }, (_, index) => abortOne(wave + index)))
    await baseline()
    await until(async () => (await busySequences(server, 'storyteller')) === 0, 'free sequences')
    const metrics = await scrape(server)
    expect(metrics.value('runnel_sse_closed_total')).toBe(metrics.value('runnel_sse_opened_total'))
    // Those of the last few requests are kept alive for a moment.
    await until(() => openFiles(server) <= before + 2, 'the sockets to be closed')
    const { inside } = await open(MAX, (index) => keys[index % 5])
    expect(inside).toHaveLength(MAX)
    for (const stream of inside) stream.leave()
    await baseline()
  })
})

describe('SIGTERM', () => {
  it('ends a hundred open streams cleanly, and the process by itself', async () => {
    const { inside } = await open(MAX - 10, (index) => keys[index % 5])
    const telling = Array.from(
      { length: 10 },
      (_, index) =>
        new RawStream(server, {
          path: '/v1/infer?prompt=Once&stream=true&max_tokens=500&temperature=1.5',
          headers: bearer(keys[index % 5]),
        }),
    )
    const streams = [...inside, ...telling]
    await Promise.all(streams.map((stream) => stream.when(isOpen)))
    expect(streams.filter(({ status }) => status === 200)).toHaveLength(MAX)
    // Had it not ended by itself within its 8 s, it would have exited with 1.
    expect(await server.stop()).toBe(0)
    await Promise.all(streams.map((stream) => stream.done()))
    // After the last whole event there are whole lines at most, which are none.
    for (const { text } of streams) expect(text).toMatch(/(^|\n\n)((retry|): .*\n)*$/)
    // Nobody takes half an answer for a whole one.
    for (const { text } of telling)
      expect(text).toMatch(/event: error\n.*\n?data: .*server_stopped|\[DONE\]/)
  })
})

describe('the lifetime of a connection', () => {
  it('ends it cleanly, so that its reader comes back, and frees the place of a peer that has vanished', async () => {
    const brief = await startServer({ env: { RUNNEL_SUBSCRIBER_MAX_AGE: '2s' } })
    const path = await BreakablePath.to(brief)
    const vanished = new StuckReader(path.entrance, PROGRESS)
    await until(() => vanished.text.includes('retry:'), 'the stream to begin')
    path.break()
    vanished.leave()
    const stream = await new RawStream(brief, { path: PROGRESS }).done()
    expect(stream.status).toBe(200)
    expect(stream.text).toMatch(/^retry: \d+\n/)
    expect(stream.text.endsWith('\n\n')).toBe(true)
    await until(async () => (await openStreams(brief)) === 0, 'the places to be free')
    await path.close()
    await brief.dispose()
  })
})
