import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addEndlessModel } from '../support/endless-model'
import { freePort } from '../support/image'
import { DocumentedProxy, PROXIES } from '../support/proxy'
import { RawStream } from '../support/raw-stream'
import { startServer, type TestServer } from '../support/server'
import { until } from '../support/until'

let server: TestServer
beforeAll(async () => {
  server = await startServer({
    env: {
      NEXTAUTH_URL: 'https://runnel.example.org',
      RUNNEL_TRUSTED_PROXIES: '1',
      RUNNEL_PARALLEL: '2',
    },
    port: await freePort(),
  })
  await addEndlessModel(server)
})
afterAll(() => server.dispose())

const statusOf = async (id: string) =>
  (await server.json<{ status: string }>(`/v1/generations/${id}`)).status

describe.each(Object.entries(PROXIES))('behind %s, with the documented file', (_, kind) => {
  let proxy: DocumentedProxy
  beforeAll(async () => {
    proxy = new DocumentedProxy(kind, await freePort())
    await proxy.start(server.url)
  })
  afterAll(() => proxy.dispose())

  test('a token arrives while the answer is being made, and a reader who leaves is noticed', async () => {
    const target = { url: proxy.url, key: server.key, tls: proxy.tls }
    const stream = new RawStream(target, {
      path: '/v1/infer',
      body: { model: 'endless', prompt: 'Hello', stream: true, max_tokens: 100_000 },
    })
    await stream.when(({ tokens }) => tokens !== '')
    expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    const id = String(stream.headers['x-generation-id'])
    expect(await statusOf(id)).toBe('running')
    stream.leave()
    await until(async () => (await statusOf(id)) !== 'running', 'it to stop')
  })
})
