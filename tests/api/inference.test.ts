import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RawStream } from '@/tests/support/raw-stream'
import { startServer, type TestServer } from '@/tests/support/server'
import { until } from '@/tests/support/until'
import { workersOf } from '@/tests/support/workers'

let server: TestServer

// Nothing is said of threads, so that the first load measures them.
beforeAll(async () => {
  server = await startServer({ env: { RUNNEL_PARALLEL: '4' } })
})
afterAll(() => server.dispose())

type Loaded = { active: number; queued: number; state: string } | null

const loaded = async () => (await server.json<{ loaded: Loaded }>('/v1/models/storyteller')).loaded
const idle = () => until(async () => (await loaded())?.active === 0, 'an idle engine')

const story = (more: object = {}) => ({
  path: '/v1/infer',
  body: { prompt: 'Once upon a time', stream: true, seed: 1, ...more },
})

describe('the engine behind the server', () => {
  it('loads a model for the first request, with progress on its stream', async () => {
    expect(await loaded()).toBeNull()
    const { events } = await new RawStream(server, story()).done()
    expect(events.map(({ event }) => event)).toContain('loading')
    expect(events.at(-1)?.data).toBe('[DONE]')
    expect(workersOf(server)).toHaveLength(1)
  })

  it('ends the streams of a worker that hangs, and the next request works', async () => {
    const body = {
      model: 'storyteller',
      messages: [{ role: 'user', content: 'Tell me a story about a fox and a kite.' }],
      n: 40,
      stream: true,
    }
    const stream = await new RawStream(server, { path: '/v1/chat/completions', body }).when(
      ({ events }) => events.length > 1,
    )
    const [pid] = workersOf(server)
    if (pid) process.kill(pid, 'SIGSTOP')
    await stream.done()
    expect(stream.events.at(-1)?.data).toContain('worker_crashed')
    const { events } = await new RawStream(server, story()).done()
    expect(events.at(-1)?.data).toBe('[DONE]')
    expect(workersOf(server)).not.toContain(pid)
  })

  it('serves a request that comes just when its worker has gone', async () => {
    for (const pid of workersOf(server)) process.kill(pid, 'SIGKILL')
    const { events } = await new RawStream(server, story()).done()
    expect(events.at(-1)?.data).toBe('[DONE]')
  })

  it('stops by DELETE while the prompt is being evaluated', async () => {
    const prompt = 'The fox walked home. '.repeat(190)
    const stream = await new RawStream(server, story({ prompt })).when(({ status }) => status !== 0)
    const id = String(stream.headers['x-generation-id'])
    await server.json(`/v1/generations/${id}`, { method: 'DELETE' })
    const { events } = await stream.done()
    expect(events.at(-1)?.data).toBe('[DONE]')
    await idle()
  })

  it('ends an answer that takes longer than its request allows', async () => {
    const body = { prompt: 'Once', min_tokens: 900, max_tokens: 900, timeout: 0.05 }
    const whole = await server.fetch('/v1/infer', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(whole.status).toBe(504)
    expect(await whole.json()).toMatchObject({ error: { code: 'deadline_exceeded' } })
    await idle()
  })

  it('is unloaded in the middle of an answer only by force, and says so on its stream', async () => {
    const long = { prompt: 'Once', min_tokens: 900, max_tokens: 900 }
    const stream = await new RawStream(server, story(long)).when(({ tokens }) => tokens !== '')
    const unload = (query = '') =>
      server.fetch(`/v1/models/storyteller/unload${query}`, { method: 'POST' })
    expect((await unload()).status).toBe(409)
    expect((await unload('?force=true')).status).toBe(200)
    await stream.done()
    expect(stream.events.at(-1)?.event).toBe('error')
    expect(stream.events.at(-1)?.data).toContain('model_unloaded')
    expect(await loaded()).toBeNull()
  })

  it('gives memory back when a model has been idle for as long as was asked', async () => {
    await server.json('/v1/infer', {
      method: 'POST',
      body: JSON.stringify({ prompt: 'Once', max_tokens: 2, keep_alive: 0.05 }),
    })
    await until(() => workersOf(server).length === 0, 'the end of the worker')
    // The server is told a moment after the system knows.
    await until(async () => (await loaded()) === null, 'the end of the model')
  })

  it('remembers what it measured: the next load starts one worker only', async () => {
    await server.json('/v1/models/storyteller/load', { method: 'POST' })
    expect(workersOf(server)).toHaveLength(1)
    await server.json('/v1/models/storyteller/unload', { method: 'POST' })
    expect(workersOf(server)).toHaveLength(0)
  })
})
