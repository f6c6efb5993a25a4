import { EventSourcePolyfill, type Message } from 'event-source-polyfill'
import type { EventSourceMessage } from 'eventsource-parser'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { CuttingRelay } from '@/tests/support/cutting-relay'
import { ggufContent } from '@/tests/support/hub/gguf'
import { type Hub, startHub } from '@/tests/support/hub/hub'
import { RawStream } from '@/tests/support/raw-stream'
import { startServer, type TestServer } from '@/tests/support/server'
import { openStreams } from '@/tests/support/subscribers'
import { until } from '@/tests/support/until'

const MIB = 1024 * 1024
const PROGRESS = '/v1/models/download/progress'
const STORY = '/v1/infer?prompt=Once%20upon%20a%20time&stream=true&seed=7&max_tokens=40'

let hub: Hub
let server: TestServer

beforeAll(async () => {
  hub = await startHub()
  for (const name of ['shared', 'late', 'cut'])
    hub.add(`acme/${name}`, { 'm-Q8_0.gguf': ggufContent({ size: 8 * MIB, seed: name }) })
  server = await startServer({
    env: { ...hub.env, RUNNEL_THREADS: '1', RUNNEL_MAX_SUBSCRIBERS_PER_CLIENT: '500' },
  })
  await server.json('/v1/models/storyteller/load', { method: 'POST' })
})

afterAll(async () => {
  await server.dispose()
  await hub.stop()
})

/** Starts a download, slowly enough that it is seen on its way. */
async function download(name: string): Promise<string> {
  hub.faults.throttle = { bytesPerSecond: 2 * MIB }
  const { download_id } = await server.json<{ download_id: string }>('/v1/models/download', {
    method: 'POST',
    body: JSON.stringify({ model_ref: `hf:acme/${name}` }),
  })
  return download_id
}

const has = (name: string) => (stream: RawStream) =>
  stream.events.some(({ event }) => event === name)

/** Events of a job with their ids, from the first that carries one. */
const numbered = ({ events }: RawStream) =>
  events.filter(({ id, event }) => id !== undefined && event !== 'ping')

/** What one event adds to the text. */
const tokenOf = ({ data }: Pick<EventSourceMessage, 'data'>): unknown =>
  data === '[DONE]' ? data : JSON.parse(data).token

const numberOf = (id: string | undefined) => Number(id?.split('.')[1])

describe('the progress of downloads', () => {
  it('is the same, under the same ids, for everybody who watches', async () => {
    const watchers = [1, 2].map(() => new RawStream(server, { path: PROGRESS }))
    await Promise.all(watchers.map((watcher) => watcher.when(({ text }) => text.includes('\n\n'))))
    await download('shared')
    await Promise.all(watchers.map((watcher) => watcher.when(has('complete'))))
    const [one, other] = watchers.map(numbered)
    expect(one?.length).toBeGreaterThan(3)
    expect(one).toEqual(other)
    const ids = one?.map(({ id }) => numberOf(id)) ?? []
    expect(ids).toEqual(ids.map((_, index) => (ids[0] ?? 0) + index))
    for (const watcher of watchers) watcher.leave()
  })

  it('begins with the state for whoever comes late, and ends after the last event when narrowed', async () => {
    const id = await download('late')
    const early = new RawStream(server, { path: `${PROGRESS}?download_id=${id}` })
    await early.when(has('progress'))
    const late = new RawStream(server, { path: `${PROGRESS}?download_id=${id}` })
    await late.when(has('progress'))
    expect(late.events[0]).toMatchObject({ event: 'started' })
    expect(JSON.parse(late.events[0]?.data ?? '')).toMatchObject({ model_ref: 'hf:acme/late' })
    await Promise.all([early.done(), late.done()])
    expect(late.events.at(-1)).toEqual(early.events.at(-1))
    expect(late.events.at(-1)?.event).toBe('complete')
    const again = new RawStream(server, {
      path: `${PROGRESS}?download_id=${id}`,
      headers: { 'last-event-id': late.lastEventId ?? '' },
    })
    await again.done()
    expect(again.status).toBe(204)
  })

  it('misses nothing for a reader whose connection is cut anywhere, again and again', async () => {
    const whole = new RawStream(server, { path: PROGRESS })
    await whole.when(({ text }) => text.includes('\n\n'))
    await download('cut')
    await whole.when(has('started'))
    const seen = new Map<string, string>()
    let lastEventId = ''
    for (let cut = 120; !seen.has('complete'); cut = (cut * 7) % 1009) {
      const part = new RawStream(
        server,
        { path: PROGRESS, headers: { 'last-event-id': lastEventId } },
        150 + cut,
      )
      await part.when(has('complete'))
      part.leave()
      for (const { id, event, data } of part.events) {
        if (event === 'complete') seen.set(event, data)
        if (id === undefined) continue
        expect(seen.has(id)).toBe(false)
        seen.set(id, data)
      }
      lastEventId = part.lastEventId ?? lastEventId
    }
    await whole.when(has('complete'))
    whole.leave()
    seen.delete('complete')
    const first = Math.min(...[...seen.keys()].map(numberOf))
    const expected = numbered(whole).filter(({ id }) => numberOf(id) > first)
    expect(expected.length).toBeGreaterThan(3)
    for (const { id, data } of expected) expect(seen.get(id ?? '')).toBe(data)
  })
})

describe('a generated answer', () => {
  it('is the same text for a reader who is cut at any byte and comes back with the last id', async () => {
    const whole = await new RawStream(server, { path: STORY }).done()
    const events: EventSourceMessage[] = []
    let lastEventId = ''
    let least = 100
    for (let cut = 90; events.at(-1)?.data !== '[DONE]'; cut = (cut * 5) % 331) {
      const part = new RawStream(
        server,
        { path: STORY, headers: lastEventId ? { 'last-event-id': lastEventId } : {} },
        least + cut,
      )
      await part.done()
      expect(part.status).toBe(200)
      // The last event but one, with usage and timings, is longer than all that a cut lets through at first.
      if (part.events.length === 0) least += 100
      events.push(...part.events)
      lastEventId = part.lastEventId ?? lastEventId
    }
    expect(events.map(({ id }) => numberOf(id))).toEqual(events.map((_, index) => index + 1))
    expect(events.map(tokenOf)).toEqual(whole.events.map(tokenOf))
    const after = new RawStream(server, { path: STORY, headers: { 'last-event-id': lastEventId } })
    await after.done()
    expect(after.status).toBe(204)
  })
})

const isDone = ({ data }: Message) => data === '[DONE]'

describe('the polyfill of EventSource for old browsers, which names its last event in the query', () => {
  /** Reads until `isLast`, while its first connections are cut after so many bytes. */
  async function read(
    path: string,
    cuts: readonly number[],
    types: readonly string[],
    isLast: (event: Message) => boolean,
  ) {
    const relay = new CuttingRelay(server.url, cuts)
    // It says of each cut that there was one.
    const said = vi.spyOn(console, 'error').mockReturnValue()
    const url = await relay.start()
    const source = new EventSourcePolyfill(url + path, {
      headers: { authorization: `Bearer ${server.key}` },
    })
    const events: Message[] = []
    await new Promise<void>((resolve) => {
      for (const type of types)
        source.addEventListener(type, (event) => {
          events.push(event)
          if (isLast(event)) resolve()
        })
    })
    source.close()
    said.mockRestore()
    await relay.dispose()
    return { events, asked: relay.asked }
  }

  it('gets each token once', async () => {
    const whole = await new RawStream(server, { path: STORY }).done()
    const { events, asked } = await read(STORY, [1200, 1100], ['message'], isDone)
    expect(events.map(tokenOf)).toEqual(whole.events.map(tokenOf))
    expect(asked).toHaveLength(3)
    expect(asked.slice(1).every((line) => line.includes('lastEventId='))).toBe(true)
  })

  it('gets each event of a download once', async () => {
    hub.add('acme/old-browser', { 'm-Q8_0.gguf': ggufContent({ size: 8 * MIB, seed: 'old' }) })
    const id = await download('old-browser')
    const path = `${PROGRESS}?download_id=${id}`
    const types = ['snapshot', 'started', 'progress', 'verifying', 'complete', 'reset']
    const { events, asked } = await read(path, [3000], types, ({ type }) => type === 'complete')
    expect(asked[1]).toContain('lastEventId=')
    // The state at the beginning has no id.
    const seen = events.filter(({ lastEventId }) => lastEventId !== '')
    const ids = seen.map(({ lastEventId }) => numberOf(lastEventId))
    expect(ids.length).toBeGreaterThan(5)
    expect(ids).toEqual(ids.map((_, index) => (ids[0] ?? 0) + index))
  })
})

describe('streams', () => {
  it('are not opened by HEAD', async () => {
    for (const path of [PROGRESS, STORY]) {
      const response = await server.fetch(path, { method: 'HEAD' })
      expect(response.status).toBe(200)
      expect(await response.text()).toBe('')
    }
    await until(async () => (await openStreams(server)) === 0, 'no stream that a HEAD has opened')
  })
})
