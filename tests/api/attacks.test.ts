import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BrowserSession } from '../support/browser-session'
import { ADMIN_EMAIL, addPerson, makeKey, PASSWORD, setUpAdmin } from '../support/people'
import { rawRequest } from '../support/raw-request'
import { exchange, openSocket, rawText, statusOf } from '../support/raw-socket'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
let admin: BrowserSession
let user: BrowserSession
beforeAll(async () => {
  server = await startServer()
  admin = await setUpAdmin(server)
  user = await addPerson(server, 'user@example.org')
})
afterAll(() => server.dispose())

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  server.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })

describe('the name that a proxy would tell', () => {
  test('counts like Host: no address is built from a name that is not ours', async () => {
    for (const name of ['evil.example', 'localhost, evil.example', 'evil.example, localhost', ' '])
      for (const path of ['/api/auth/signin', '/api/auth/providers', '/sign-in', '/v1/models']) {
        const headers = { 'x-forwarded-host': name, ...bearer(server.key) }
        const answer = await rawRequest(server.url + path, { headers })
        expect(answer.status, `${name} ${path}`).toBe(403)
        expect(JSON.stringify(answer)).not.toContain('evil.example')
      }
    const own = await rawRequest(`${server.url}/v1/models`, {
      headers: { 'x-forwarded-host': 'localhost:3000', ...bearer(server.key) },
    })
    expect(own.status).toBe(200)
  })
})

describe('what is no proper HTTP', () => {
  const key = () => ({ Authorization: `Bearer ${server.key}` })
  const json = { 'Content-Type': 'application/json' }

  test('is refused: two lengths, a length and chunks, bare line feeds, headers without end', async () => {
    const smuggled = '0\r\n\r\nGET /api/people HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const line = 'POST /v1/infer'
    const malformed = [
      rawText(line, { ...key(), ...json, 'Content-Length': '5\r\nContent-Length: 6' }, '{"a":1}'),
      rawText(
        line,
        { ...key(), ...json, 'Content-Length': '4', 'Transfer-Encoding': 'chunked' },
        smuggled,
      ),
      rawText(line, { ...key(), ...json, 'Transfer-Encoding': 'chunked, identity' }, smuggled),
      rawText('GET /v1/models', key()).replaceAll('\r\n', '\n'),
      rawText('GET /v1/models', { ...key(), 'X Y': 'z' }),
      rawText('GET /v1/models', { ...key(), 'X-Long': 'x'.repeat(20_000) }),
      rawText(`GET /v1/models?${'x'.repeat(20_000)}`, key()),
    ]
    for (const text of malformed) {
      const answer = await exchange(server.url, text)
      expect([400, 431], text.slice(0, 200)).toContain(statusOf(answer))
      expect(answer).not.toContain('"people"')
    }
  })

  test('an offer to change the protocol is answered as if it were not there', async () => {
    for (const path of ['/healthz', '/_next/webpack-hmr', '/nothing', '/sign-in'])
      for (const protocol of ['h2c', 'websocket']) {
        const offer = { Connection: 'Upgrade, close', Upgrade: protocol }
        const answer = await exchange(server.url, rawText(`GET ${path}`, offer))
        expect([200, 404], `${path} ${protocol}`).toContain(statusOf(answer))
      }
  })

  test('a body that is not waited for: whoever may not send it is answered before', async () => {
    const huge = { ...json, 'Content-Length': '999999999' }
    expect(statusOf(await exchange(server.url, rawText('POST /v1/infer', huge)))).toBe(401)
    const form = { ...huge, 'Content-Type': 'application/x-www-form-urlencoded' }
    const signIn = rawText('POST /api/auth/callback/credentials', form)
    expect(statusOf(await exchange(server.url, signIn))).toBe(413)
  })

  test('three hundred clients that never end their headers keep nobody out', async () => {
    const slow = Array.from({ length: 300 }, () => openSocket(server.url))
    await Promise.all(
      slow.map(
        (socket) =>
          new Promise((resolve) => socket.write('GET / HTTP/1.1\r\nHost: loc', () => resolve(0))),
      ),
    )
    expect((await server.fetch('/v1/models')).status).toBe(200)
    for (const socket of slow) socket.destroy()
  })
})

describe('JSON', () => {
  const listOf = (entry: string, count: number) => Array(count).fill(entry).join(',')
  const chatOf = (messages: string) => `{"model":"storyteller","messages":[${messages}]}`

  test.each([
    ['millions of empty objects', chatOf(listOf('{}', 5_500_000)), 'json_too_large'],
    ['millions of numbers', `{"model":"m","prompt":[${listOf('1', 8_000_000)}]}`, 'json_too_large'],
    [
      'a hundred thousand names',
      `{${Array.from({ length: 100_000 }, (_, i) => `"a${i}":1`).join(',')}}`,
      'json_too_large',
    ],
    [
      'thousands of wrong parts',
      chatOf(`{"role":"user","content":[${listOf('{"a":1}', 9000)}]}`),
      'invalid_request',
    ],
  ])('with %s is refused, and keeps nobody waiting', async (_, body, code) => {
    const response = await post('/v1/chat/completions', body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code } })
    expect((await server.fetch('/healthz')).status).toBe(200)
  })

  test('that is compressed or not UTF-8 is refused by name', async () => {
    const send = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
      server.fetch('/v1/infer', {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/json', ...headers },
      })
    const zipped = await send(new Uint8Array(gzipSync('{"prompt":"a"}')), {
      'Content-Encoding': 'gzip',
    })
    expect(zipped.status).toBe(415)
    expect(await zipped.text()).toContain('Content-Encoding')
    const latin = await send(new Uint8Array(Buffer.from('{"prompt":"é"}', 'latin1')), {})
    expect(latin.status).toBe(400)
    expect(await latin.json()).toMatchObject({ error: { code: 'invalid_encoding' } })
    const other = await send(new Uint8Array(Buffer.from('{"prompt":"a"}', 'utf16le')), {
      'Content-Type': 'application/json; charset=utf-16',
    })
    expect(other.status).toBe(415)
  })

  const nested = (open: string, close: string, levels: number) =>
    open.repeat(levels) + (open.endsWith(':') ? '1' : '') + close.repeat(levels)

  test('that is nested without end is the sender’s mistake, wherever it is', async () => {
    const schema = nested('{"type":"object","properties":{"a":', '}}', 2000)
    const format = `{"type":"json_schema","json_schema":{"name":"x","schema":${schema}}}`
    const chat = `{"model":"storyteller","messages":[{"role":"user","content":"x"}],"response_format":${format}}`
    const bodies = [
      ['/v1/chat/completions', chat],
      ['/v1/infer', `{"prompt":${nested('[', ']', 200_000)}}`],
      ['/v1/infer', nested('{"a":', '}', 100_000)],
      ['/api/setup', nested('[', ']', 200_000)],
    ] as const
    for (const [path, body] of bodies) {
      const response = await post(path, body)
      expect(response.status, path).toBe(400)
      expect(await response.json()).toMatchObject({ error: { code: 'json_too_deep' } })
    }
  })

  test('with the names of prototypes changes nothing for anybody', async () => {
    for (const body of [
      '{"prompt":"x","max_tokens":1,"__proto__":{"admin":true}}',
      '{"prompt":"x","max_tokens":1,"constructor":{"prototype":{"role":"admin"}}}',
    ])
      expect((await post('/v1/infer', body)).status).toBe(400)
    for (const name of ['__proto__', 'constructor', 'toString'])
      for (const path of ['/v1/models/', '/v1/generations/', '/v1/models/download/'])
        expect((await server.fetch(path + name)).status, path + name).toBe(404)
    expect((await user.fetch('/api/people')).status).toBe(403)
  })
})

test('no way of writing a path gets around who may read it, out of the folder, or to another host', async () => {
  const secret = readFileSync(join(server.dataDir, 'secret'), 'utf8').trim()
  const paths = [
    '//api/people',
    '/api//people',
    '/api/people/',
    '/api/./people',
    '/api/auth/../people',
    '/healthz/../api/people',
    '/api/auth%2f..%2fpeople',
    '/api/%70eople',
    '/API/people',
    '/api/people;x',
    '/api/people%00',
    '/v1/models/..%2f..%2f..%2fetc%2fpasswd',
    '/..%2f..%2fdata/secret',
    '/_next/static/%2e%2e/%2e%2e/%2e%2e/data/secret',
    '/_next/static/..%2f..%2fserver/app/page.js',
    '/_next/image?url=%2Ficon.svg&w=640&q=75',
    '/_next/image?url=http%3A%2F%2F127.0.0.1%2F&w=640&q=75',
    '/.env',
    '//evil.example',
    '/\\evil.example',
    '//evil.example/%2e%2e',
  ]
  for (const path of paths) {
    const answer = await exchange(server.url, rawText(`GET ${path}`, {}))
    expect([307, 308, 400, 401, 403, 404], path).toContain(statusOf(answer))
    expect(answer).not.toContain(secret)
    const location = /^location: (.*)$/im.exec(answer)?.[1] ?? '/'
    expect(location, path).toMatch(/^\/(?![/\\])/)
  }
})

describe('a session', () => {
  test('that somebody planted before a sign-in is not the one that is signed in', async () => {
    const victim = new BrowserSession(server.url)
    await victim.signIn('user@example.org', PASSWORD)
    const planted = victim.cookie
    await victim.signIn(ADMIN_EMAIL, PASSWORD)
    const { email } = await (
      await fetch(`${server.url}/api/account`, { headers: { cookie: planted } })
    ).json()
    expect(email).toBe('user@example.org')
    expect((await (await victim.fetch('/api/account')).json()).email).toBe(ADMIN_EMAIL)
  })

  test('is neither begun nor ended by a form without the token of the page', async () => {
    for (const path of ['/api/auth/callback/credentials', '/api/auth/signout'])
      for (const csrfToken of ['', 'x', 'a'.repeat(64)]) {
        const response = await user.fetch(path, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({ email: ADMIN_EMAIL, password: PASSWORD, csrfToken }),
        })
        expect(response.headers.get('location') ?? '', path).toContain('csrf=true')
      }
    const { email } = await (await user.fetch('/api/account')).json()
    expect(email).toBe('user@example.org')
  })

  test('does not help where a key is shown that may less, or none that is one', async () => {
    const { key } = await makeKey(user, { scopes: ['infer'] })
    const people = (authorization: string, origin: string) =>
      fetch(`${server.url}/api/people`, {
        headers: { authorization, origin, cookie: admin.cookie },
      }).then(({ status }) => status)
    expect(await people(`Bearer ${key}`, server.url)).toBe(403)
    expect(await people('Basic x', 'https://evil.example')).toBe(403)
    expect(await people('Bearer ', 'https://evil.example')).toBe(403)
  })
})

describe('many at once', () => {
  test('use a ticket once', async () => {
    const response = await post('/v1/tickets', '{"path":"/v1/infer"}')
    const { ticket } = await response.json()
    const address = `${server.url}/v1/infer?prompt=x&max_tokens=1&stream=true&ticket=${ticket}`
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(address)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const { body } of answers) await body?.cancel()
  })

  test('accept an invite once', async () => {
    const invite = await admin.send('POST', '/api/invites', { email: 'one@x.org', role: 'user' })
    const token = new URL((await invite.json()).url).searchParams.get('token')
    const body = JSON.stringify({ token, name: 'One', password: PASSWORD })
    const accept = () => post('/api/invites/accept', body)
    const statuses = (await Promise.all(Array.from({ length: 8 }, accept))).map((one) => one.status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(1)
  })

  test('do not spend the same last tokens of a key', async () => {
    const { key } = await makeKey(user, { scopes: ['infer'], tokens_per_day: 30 })
    const body = JSON.stringify({ prompt: 'Once upon a time', max_tokens: 40 })
    const infer = () => post('/v1/infer', body, bearer(key))
    const answers = await Promise.all(Array.from({ length: 10 }, infer))
    const refused = answers.filter(({ status }) => status === 429)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(refused).toHaveLength(9)
    for (const { headers } of refused) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    const after = await infer()
    expect(await after.json()).toMatchObject({ error: { code: 'key_tokens_exceeded' } })
  })
})
