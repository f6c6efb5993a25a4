import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addEndlessModel } from '../support/endless-model'
import { freePort } from '../support/image'
import { DocumentedProxy } from '../support/proxy'
import { NAME, PROXIES } from '../support/proxy-kinds'
import { rawRequest } from '../support/raw-request'
import { RawStream } from '../support/raw-stream'
import { startServer, type TestServer } from '../support/server'
import { until } from '../support/until'

let server: TestServer
beforeAll(async () => {
  server = await startServer({
    env: {
      // Not NEXTAUTH_URL, so that a page is known as its own only by the Host that a proxy passed on.
      RUNNEL_ALLOWED_HOSTS: NAME,
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
    const target = { ...proxy.target, key: server.key }
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

  test('the name in the address bar arrives, so that sign-in knows its own page', async () => {
    const { tls, host } = proxy.target
    const refused = await rawRequest(`${proxy.url}/api/auth/callback/credentials`, {
      method: 'POST',
      tls,
      headers: {
        ...(host && { host }),
        origin: proxy.origin,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'email=nobody%40example.org&password=wrong&csrfToken=none&json=true',
    })
    expect(refused.body).not.toContain('wrong_origin')
    expect([200, 401]).toContain(refused.status)
  })
})
