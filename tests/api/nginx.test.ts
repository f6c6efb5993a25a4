import { afterAll, beforeAll, expect, test } from 'vitest'
import { addEndlessModel } from '../support/endless-model'
import { freePort } from '../support/image'
import { Nginx } from '../support/nginx'
import { ADMIN_EMAIL, PASSWORD, setUpAdmin } from '../support/people'
import { rawRequest } from '../support/raw-request'
import { RawStream, type Target } from '../support/raw-stream'
import { startServer, type TestServer } from '../support/server'
import { until } from '../support/until'

let nginx: Nginx
let server: TestServer
let proxied: Target
beforeAll(async () => {
  nginx = await Nginx.prepare(await freePort())
  server = await startServer({
    port: await freePort(),
    env: { NEXTAUTH_URL: nginx.publicUrl, RUNNEL_TRUSTED_PROXIES: '1', RUNNEL_PARALLEL: '2' },
  })
  await setUpAdmin(server)
  await addEndlessModel(server)
  await nginx.start(server.url)
  proxied = { url: nginx.url, key: server.key, tls: nginx.tls }
})
afterAll(async () => {
  await nginx.dispose()
  await server.dispose()
})

/** An answer that goes on until it is stopped, as `EventSource` asks for it. */
const endless = (lastEventId?: string) =>
  new RawStream(proxied, {
    path: '/v1/infer?model=endless&prompt=Hello&stream=true&max_tokens=100000',
    headers: lastEventId ? { 'last-event-id': lastEventId } : {},
  })

type Generation = { status: string; text: string }
const generation = (id: string) => server.json<Generation>(`/v1/generations/${id}`)
const idOf = ({ headers }: RawStream) => String(headers['x-generation-id'])
const numberOf = (id: string | undefined) => Number(id?.split('.')[1])
const hasTokens = (stream: RawStream) => stream.tokens !== ''

test('a token arrives while the answer is still being made: nothing holds it back', async () => {
  const stream = await endless().when(hasTokens)
  expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8')
  expect((await generation(idOf(stream))).status).toBe('running')
  await server.fetch(`/v1/generations/${idOf(stream)}`, { method: 'DELETE' })
  await stream.done()
  expect(stream.events.at(-1)?.data).toBe('[DONE]')
})

test('a client that leaves is noticed through it', async () => {
  const stream = new RawStream(proxied, {
    path: '/v1/infer',
    body: { model: 'endless', prompt: 'Hello', stream: true, max_tokens: 100_000 },
  })
  await stream.when(hasTokens)
  stream.leave()
  await until(async () => (await generation(idOf(stream))).status !== 'running', 'it to stop')
})

test('a stream lives through a reload, and goes on after a restart: nothing lost, nothing repeated', async () => {
  const parts = [endless()]
  const [first] = parts
  await first?.when(hasTokens)
  await nginx.reload()
  const seen = first?.events.length ?? 0
  await first?.when(({ events }) => events.length > seen)
  expect(first?.ended).toBe(false)

  for (let restart = 0; restart < 2; restart++) {
    const last = parts.at(-1)
    await nginx.stop()
    await last?.done()
    await nginx.start(server.url)
    const next = endless(last?.lastEventId)
    parts.push(next)
    await next.when(hasTokens)
    expect(idOf(next)).toBe(first && idOf(first))
  }
  const id = idOf(parts[0] ?? endless())
  await server.fetch(`/v1/generations/${id}`, { method: 'DELETE' })
  await parts.at(-1)?.done()

  const events = parts.flatMap((part) => part.events)
  expect(events.map((event) => numberOf(event.id))).toEqual(events.map((_, index) => index + 1))
  expect(parts.map(({ tokens }) => tokens).join('')).toBe((await generation(id)).text)
})

test('people sign in through it: cookies for TLS only, and an address that nobody can write', async () => {
  const ask = (path: string, headers: Record<string, string> = {}, body?: string) =>
    rawRequest(nginx.url + path, {
      method: body ? 'POST' : 'GET',
      headers: { origin: nginx.publicUrl, ...headers },
      body,
      tls: nginx.tls,
    })
  const pairOf = (cookies: string[]) => cookies.map((one) => one.split(';')[0]).join('; ')
  const csrf = await ask('/api/auth/csrf')
  const form = {
    email: ADMIN_EMAIL,
    password: PASSWORD,
    csrfToken: JSON.parse(csrf.body).csrfToken,
  }
  const signedIn = await ask(
    '/api/auth/callback/credentials',
    {
      cookie: pairOf(csrf.cookies),
      'content-type': 'application/x-www-form-urlencoded',
      'x-forwarded-for': '198.51.100.7',
    },
    String(new URLSearchParams({ ...form, json: 'true' })),
  )
  expect(signedIn.cookies.length).toBeGreaterThan(0)
  for (const cookie of [...csrf.cookies, ...signedIn.cookies]) {
    expect(cookie).toMatch(/; Secure/i)
    expect(cookie).toMatch(/; HttpOnly/i)
    expect(cookie).toMatch(/; SameSite=Lax/i)
  }
  expect(signedIn.headers['strict-transport-security']).toContain('max-age')
  const page = await ask('/', { cookie: pairOf(signedIn.cookies) })
  expect(page.status).toBe(200)
  const { entries } = await server.json<{ entries: { address: string }[] }>(
    '/api/audit?action=session.start&limit=1',
  )
  expect(entries[0]?.address).toBe('127.0.0.1')
})
