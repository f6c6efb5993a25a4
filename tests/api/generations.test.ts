import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RawStream } from '@/tests/support/raw-stream'
import { startServer, type TestServer } from '@/tests/support/server'
import { strictEvents } from '@/tests/support/strict-events'
import { until } from '@/tests/support/until'
import { workersOf } from '@/tests/support/workers'

let server: TestServer

const MAX_QUEUE = 60

beforeAll(async () => {
  server = await startServer({
    env: { RUNNEL_PARALLEL: '1', RUNNEL_MAX_QUEUE: String(MAX_QUEUE), RUNNEL_THREADS: '1' },
  })
  await server.json('/v1/models/storyteller/load', { method: 'POST' })
})
afterAll(() => server.dispose())

type Report = {
  status: string
  queue_position: number | null
  text: string
  choices: { finish_reason: string | null }[]
  error: { code: string } | null
}

const report = (id: unknown) => server.json<Report>(`/v1/generations/${id}`)
const idOf = (stream: RawStream) => String(stream.headers['x-generation-id'])

/** What the engine is busy with: requests that run, and that wait. */
async function busy(): Promise<{ active: number; queued: number }> {
  const { loaded } = await server.json<{ loaded: { active: number; queued: number } | null }>(
    '/v1/models/storyteller',
  )
  return { active: loaded?.active ?? 0, queued: loaded?.queued ?? 0 }
}

const idle = () =>
  until(async () => {
    const { active, queued } = await busy()
    return active + queued === 0
  }, 'an idle engine')

/** A request that keeps the only sequence of the server busy for long: many choices, one after the other. */
const long = (choices: number) => ({
  path: '/v1/chat/completions',
  body: {
    model: 'storyteller',
    messages: [{ role: 'user', content: 'Tell me a story about a fox and a kite.' }],
    n: choices,
    stream: true,
  },
})

const story = (more: object = {}) => ({
  path: '/v1/infer',
  body: { prompt: 'Once upon a time', stream: true, seed: 1, ...more },
})

const hasBegun = ({ events }: RawStream) => events.length > 1

describe('a generation', () => {
  it('can be read while it runs and after, by any number of readers', async () => {
    const first = await new RawStream(server, story()).when(hasBegun)
    const path = `/v1/generations/${idOf(first)}/stream`
    const others = [1, 2, 3].map(() => new RawStream(server, { path }).done())
    await first.done()
    const late = await new RawStream(server, { path }).done()
    for (const reader of [...(await Promise.all(others)), late])
      expect(reader.events).toEqual(first.events)
    expect(await report(idOf(first))).toMatchObject({ status: 'done', text: first.tokens })
  })

  it('is stopped by DELETE, keeps what it has, and its readers get the end', async () => {
    const stream = await new RawStream(server, long(40)).when(hasBegun)
    const answer = await server.json<Report>(`/v1/generations/${idOf(stream)}`, {
      method: 'DELETE',
    })
    expect(answer.status).toBe('done')
    expect(answer.choices.at(-1)?.finish_reason).toBe('cancelled')
    await stream.done()
    expect(stream.events.at(-1)?.data).toBe('[DONE]')
    await idle()
    const again = await server.json<Report>(`/v1/generations/${idOf(stream)}`, {
      method: 'DELETE',
    })
    expect(again).toEqual(answer)
  })

  it('does not exist for somebody without the right, as if it had never been', async () => {
    for (const [method, path] of [
      ['GET', '/v1/generations/nothing'],
      ['GET', '/v1/generations/nothing/stream'],
      ['DELETE', '/v1/generations/nothing'],
    ] as const) {
      const response = await server.fetch(path, { method })
      expect(response.status).toBe(404)
    }
  })
})

describe('a client that leaves', () => {
  it('in mid-stream stops its generation and frees the sequence', async () => {
    const stream = await new RawStream(server, long(40)).when(hasBegun)
    expect((await busy()).active).toBe(1)
    stream.leave()
    const ended = await until(async () => {
      const now = await report(idOf(stream))
      return now.status === 'done' ? now : null
    })
    expect(ended.choices.at(-1)?.finish_reason).toBe('cancelled')
    await idle()
  })

  it('in the queue gives up its place', async () => {
    const blocker = await new RawStream(server, long(30)).when(hasBegun)
    const waiting = await new RawStream(server, story()).when(
      ({ events }) => events[0]?.event === 'queued',
    )
    const { position } = JSON.parse(waiting.events[0]?.data ?? '')
    expect(position).toBeGreaterThan(1)
    expect((await report(idOf(waiting))).queue_position).toBeGreaterThan(1)
    expect((await report(idOf(blocker))).queue_position).toBeNull()
    waiting.leave()
    const ended = await until(async () => {
      const now = await report(idOf(waiting))
      return now.status === 'done' ? now : null
    })
    expect(ended).toMatchObject({ text: '', choices: [{ finish_reason: 'cancelled' }] })
    expect((await report(idOf(blocker))).status).toBe('running')
    blocker.leave()
    await idle()
  })

  it('at any moment, also before the first token, leaves nothing behind', async () => {
    const prompt = 'Once upon a time there was a fox. '.repeat(60)
    const streams = Array.from({ length: 60 }, (_, index) => {
      const stream = new RawStream(server, story({ prompt, seed: index }))
      setTimeout(() => stream.leave(), index * 5)
      return stream.done()
    })
    await Promise.all(streams)
    await idle()
  })

  it('for an answer as a whole stops it too', async () => {
    const { path, body } = long(40)
    const whole = new RawStream(server, { path, body: { ...body, stream: false } })
    await until(async () => (await busy()).active === 1)
    whole.leave()
    await idle()
  })
})

describe('a stream for the clients of OpenAI', () => {
  it('tells the place in the queue, and is nothing but chunks even to those that take blank lines for events', async () => {
    const first = await new RawStream(server, long(40)).when(hasBegun)
    const second = new RawStream(server, long(1))
    await second.when(({ text }) => text.includes('queued, position 1'))
    first.leave()
    await second.done()
    const seen = strictEvents(second.text)
    expect(seen.at(-1)).toBe('[DONE]')
    for (const data of seen.slice(0, -1))
      expect(JSON.parse(data)).toMatchObject({ object: 'chat.completion.chunk' })
  })
})

describe('a queue that is full', () => {
  it('refuses with 429 and says when to come back, and serves those who are in it', async () => {
    const ask = (stream: boolean) => new RawStream(server, story({ stream, max_tokens: 20 })).done()
    const answers = await Promise.all(
      Array.from({ length: MAX_QUEUE * 3 }, (_, index) => ask(index % 3 === 0)),
    )
    const refused = answers.filter(({ status }) => status === 429)
    const served = answers.filter(({ status }) => status === 200)
    expect(refused.length + served.length).toBe(answers.length)
    expect(served.length).toBeGreaterThan(MAX_QUEUE)
    expect(refused.length).toBeGreaterThan(0)
    for (const { headers, text } of refused) {
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
      expect(JSON.parse(text)).toMatchObject({ error: { code: 'queue_full' } })
    }
    for (const { text } of served) expect(text).toContain('"finish_reason"')
    await idle()
  })
})

describe('a worker that is killed', () => {
  it('ends its streams with an error event, and the next request works', async () => {
    // One answer, in its middle: what has not begun is started again unnoticed.
    const answer = await new RawStream(server, story({ min_tokens: 900, max_tokens: 900 })).when(
      ({ tokens }) => tokens.length > 0,
    )
    const waiting = await new RawStream(server, story()).when(({ events }) => events.length > 0)
    for (const pid of workersOf(server)) process.kill(pid, 'SIGKILL')
    await Promise.all([answer.done(), waiting.done()])
    expect(JSON.parse(answer.events.at(-1)?.data ?? '')).toMatchObject({
      error: { type: 'server_error', code: expect.any(String), hint: expect.any(String) },
    })
    const state = await report(idOf(answer))
    expect(state).toMatchObject({ status: 'failed' })
    expect(state.text.length).toBeGreaterThan(0)
    const after = await new RawStream(server, story()).done()
    expect(after.events.at(-1)?.data).toBe('[DONE]')
  })
})
