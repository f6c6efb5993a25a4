import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ggufContent } from '../support/hub/gguf'
import { type Hub, startHub } from '../support/hub/hub'
import { Scrape } from '../support/prometheus'
import { RawStream } from '../support/raw-stream'
import { startServer, type TestServer } from '../support/server'
import { until } from '../support/until'
import { workersOf } from '../support/workers'

const TOKEN = 'collector-token-0123456789'
const PROGRESS = '/v1/models/download/progress'
const MAX_PER_CLIENT = 4

let hub: Hub
let server: TestServer

beforeAll(async () => {
  hub = await startHub()
  server = await startServer({
    env: {
      ...hub.env,
      RUNNEL_METRICS_TOKEN: TOKEN,
      RUNNEL_MAX_SUBSCRIBERS_PER_CLIENT: String(MAX_PER_CLIENT),
    },
  })
})
afterAll(async () => {
  await server.dispose()
  await hub.stop()
})

const read = (token: string) =>
  fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
const scrape = async () => new Scrape(await (await read(TOKEN)).text())
const current = async (name: string, labels?: Record<string, string>) =>
  (await scrape()).value(name, labels)
const post = (path: string, body: object) =>
  server.json(path, { method: 'POST', body: JSON.stringify(body) })
const infer = (prompt: string) =>
  post('/v1/infer', { model: 'storyteller', prompt, max_tokens: 12, stream: false })

/** Resolves when a metric has grown by so much since `before`. */
function grows(before: Scrape, name: string, by: number, labels: Record<string, string> = {}) {
  const wanted = before.value(name, labels) + by
  return until(
    async () => (await current(name, labels)) >= wanted,
    `${name} ${JSON.stringify(labels)} to be ${wanted}`,
  )
}

describe('/metrics', () => {
  test('is for admins and for the token, which opens nothing else', async () => {
    expect((await fetch(`${server.url}/metrics`)).status).toBe(401)
    expect((await read('collector-token-wrong')).status).toBe(401)
    expect((await read(server.key)).status).toBe(200)
    const answer = await read(TOKEN)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    for (const path of ['/v1/models', '/api/account', '/api/audit'])
      expect(
        (await server.fetch(path, { headers: { authorization: `Bearer ${TOKEN}` } })).status,
      ).toBe(401)
  })

  test('is written as Prometheus asks', async () => {
    await infer('Once')
    const text = await (await read(TOKEN)).text()
    expect(new Scrape(text).types.size).toBeGreaterThan(30)
    const promtool = process.env.PROMTOOL_PATH
    if (promtool) execFileSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' })
  })
})

describe('streams', () => {
  const streams = { stream: 'downloads' }

  test('are counted as they come and go, and those that a limit keeps out', async () => {
    const before = await scrape()
    const opened = Array.from(
      { length: MAX_PER_CLIENT + 2 },
      () => new RawStream(server, { path: PROGRESS }),
    )
    await Promise.all(
      opened.map((stream) => stream.when(({ text, ended }) => ended || text !== '')),
    )
    const during = await scrape()
    expect(during.value('runnel_sse_subscribers', streams)).toBe(MAX_PER_CLIENT)
    expect(during.value('runnel_sse_opened_total')).toBe(
      before.value('runnel_sse_opened_total') + MAX_PER_CLIENT,
    )
    expect(during.value('runnel_sse_rejected_total', { limit: 'client' })).toBe(2)
    for (const stream of opened) stream.leave()
    await grows(before, 'runnel_sse_closed_total', MAX_PER_CLIENT, { reason: 'client' })
    expect(await current('runnel_sse_subscribers')).toBe(0)
  })

  test('that come back are counted by what became of their cursor', async () => {
    const id = (stream: RawStream) => stream.headers['x-generation-id']
    const path = '/v1/infer?prompt=Once&max_tokens=20&stream=true'
    const first = await new RawStream(server, { path }).done()
    const before = await scrape()
    const back = (cursor: string) =>
      new RawStream(server, { path, headers: { 'last-event-id': cursor } }).done()
    await back(`${id(first)}.1`)
    const after = await scrape()
    const more = (name: string, labels = {}) =>
      after.value(name, labels) - before.value(name, labels)
    expect(more('runnel_sse_resumed_total', { outcome: 'resumed' })).toBe(1)
    expect(more('runnel_sse_replayed_events_total')).toBe(first.events.length - 1)
    await back(`${id(first)}.9999`)
    expect((await back(first.lastEventId ?? '')).status).toBe(204)
    const last = await scrape()
    expect(last.value('runnel_sse_resets_total', { reason: 'future' })).toBe(1)
    expect(last.value('runnel_sse_resumed_total', { outcome: 'finished' })).toBe(1)
    expect(last.value('runnel_sse_log_bytes', { log: 'generations' })).toBeGreaterThan(
      first.text.length / 2,
    )
  })
})

test('a download shows its bytes, its retries and where it stands, and its events how late they are', async () => {
  const content = ggufContent({ size: 6 * 1024 * 1024, seed: 'measured' })
  hub.add('acme/measured', { 'measured.Q8_0.gguf': content })
  hub.faults.reset = { times: 1, afterBytes: 100_000 }
  const reader = new RawStream(server, { path: PROGRESS })
  await reader.when(({ text }) => text !== '')
  const before = await scrape()
  await post('/v1/models/download', { model_ref: 'hf:acme/measured:Q8_0' })
  await reader.when(({ events }) => events.some(({ event }) => event === 'complete'))
  reader.leave()
  const after = await scrape()
  const more = (name: string, labels = {}) => after.value(name, labels) - before.value(name, labels)
  expect(more('runnel_downloads', { state: 'complete' })).toBe(1)
  expect(more('runnel_download_received_bytes_total')).toBeGreaterThanOrEqual(content.size)
  expect(more('runnel_download_retries_total', { fault: 'transient' })).toBeGreaterThanOrEqual(1)
  expect(more('runnel_sse_publish_to_flush_seconds_count')).toBeGreaterThanOrEqual(3)
  expect(after.value('runnel_download_speed_bytes_per_second')).toBe(0)
})

describe('generations', () => {
  const labels = { model: 'storyteller' }

  test('are counted with their tokens and times', async () => {
    const before = await scrape()
    await infer('The little fox went out to look for a friend, and')
    await infer('The little fox went out to look for a friend, and')
    const after = await scrape()
    const more = (name: string, extra = {}) =>
      after.value(name, { ...labels, ...extra }) - before.value(name, { ...labels, ...extra })
    expect(more('runnel_generations_total', { outcome: 'length' })).toBe(2)
    expect(more('runnel_generated_tokens_total')).toBe(24)
    expect(more('runnel_prompt_cached_tokens_total')).toBeGreaterThan(0)
    expect(more('runnel_prompt_tokens_total')).toBeGreaterThan(
      more('runnel_prompt_cached_tokens_total'),
    )
    for (const name of ['queue_seconds', 'first_token_seconds', 'tokens_per_second'])
      expect(more(`runnel_generation_${name}_count`), name).toBe(2)
    expect(after.value('runnel_inference_active_requests', labels)).toBe(0)
    expect(after.value('runnel_model_memory_bytes', labels)).toBeGreaterThan(0)
  })

  test('have workers whose memory and crashes are seen', async () => {
    const before = await scrape()
    expect(before.value('runnel_worker_processes')).toBe(1)
    await until(
      async () => (await current('runnel_worker_resident_memory_bytes')) > 10_000_000,
      'its memory',
    )
    for (const pid of workersOf(server)) process.kill(pid, 'SIGKILL')
    await grows(before, 'runnel_worker_exits_total', 1, { reason: 'crashed' })
    await infer('Once')
    const after = await scrape()
    expect(after.value('runnel_worker_processes')).toBe(1)
    expect(after.value('runnel_worker_starts_total')).toBe(
      before.value('runnel_worker_starts_total') + 1,
    )
  })
})

test('requests are counted by the pattern of their route, never by their path', async () => {
  const before = await scrape()
  const count = (route: string, status: string, method = 'GET') =>
    grows(before, 'runnel_http_requests_total', 1, { method, route, status })
  await server.fetch('/v1/models/some/odd-name')
  await count('/v1/models/{id}', '404')
  await server.fetch('/v1/nothing/odd-name')
  await count('/v1/{path}', '404')
  await fetch(`${server.url}/sign-in`)
  await count('/sign-in', '200')
  await fetch(`${server.url}/chat/odd-name`, { redirect: 'manual' })
  await count('/chat/{id}', '307')
  await fetch(`${server.url}/api/auth/csrf`)
  await count('/api/auth/{nextauth}', '200')
  await fetch(`${server.url}/odd-name/for-nothing`)
  await count('unknown', '404')
  const { samples, types } = await scrape()
  expect(JSON.stringify(samples)).not.toContain('odd-name')
  expect(types.get('runnel_http_request_duration_seconds')).toBe('histogram')
})

test('the delay of the event loop is measured', async () => {
  // Each scrape begins anew: one right after another may have seen nothing yet.
  await until(async () => (await current('nodejs_eventloop_lag_p99_seconds')) > 0, 'a delay')
})
