import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENDPOINTS } from '@/lib/api/endpoints'
import { BrowserSession } from '../support/browser-session'
import { ADMIN_EMAIL, PASSWORD, setUpAdmin } from '../support/people'
import { rawRequest } from '../support/raw-request'
import { startServer, type TestServer } from '../support/server'

const APP = 'https://app.example.org'

let server: TestServer
let admin: BrowserSession
beforeAll(async () => {
  server = await startServer({
    env: { RUNNEL_CORS_ORIGINS: APP, RUNNEL_ALLOWED_HOSTS: 'runnel.lan, .home.example' },
  })
  admin = await setUpAdmin(server)
})
afterAll(() => server.dispose())

const key = () => ({ authorization: `Bearer ${server.key}` })

describe('an unknown Host', () => {
  const ask = (host: string, path: string, method = 'GET') =>
    rawRequest(`${server.url}${path}`, { method, headers: { host, ...key() } })

  test('is refused by every endpoint, page and sign-in, with a credential too', async () => {
    const paths = ENDPOINTS.filter(({ method }) => method === 'GET').map(({ path }) => path)
    for (const path of [...paths, '/', '/sign-in', '/api/auth/csrf', '/models']) {
      const { status, body } = await ask('evil.example', path.replaceAll(/\{\w+\}/g, 'x'))
      expect(status, path).toBe(403)
      expect(JSON.parse(body), path).toMatchObject({ error: { code: 'unknown_host' } })
    }
  })

  test('is refused also where no endpoint answers', async () => {
    for (const [method, path] of [
      ['GET', '/v1/nothing'],
      ['POST', '/api/nothing'],
      ['PUT', '/v1/models'],
      ['HEAD', '/v1/models'],
      ['OPTIONS', '/v1/models'],
    ] as const)
      expect((await ask('evil.example', path, method)).status, `${method} ${path}`).toBe(403)
  })

  test('is told from the names that the server goes by', async () => {
    const { port } = new URL(server.url)
    for (const host of [
      `127.0.0.1:${port}`,
      `localhost:${port}`,
      `[::1]:${port}`,
      'runnel.lan',
      'RUNNEL.LAN:8080',
      'a.home.example',
      '192.168.1.20:3000',
    ])
      expect((await ask(host, '/v1/models')).status, host).toBe(200)
    for (const host of [
      'evil.example',
      'runnel.lan.evil.example',
      'localhost.evil.example',
      'xhome.example',
      '127.0.0.1.evil.example',
      'a@localhost',
      'evil.example#.home.example',
    ])
      expect([400, 403], host).toContain((await ask(host, '/v1/models')).status)
  })
})

describe('a page elsewhere', () => {
  const asBrowser = (headers: Record<string, string>, method = 'GET', path = '/v1/models') =>
    fetch(`${server.url}${path}`, {
      method,
      headers: { cookie: admin.cookie, 'content-type': 'application/json', ...headers },
      body: method === 'GET' ? undefined : '{}',
    })

  test('can’t change anything with the cookie of a browser, whatever it forges', async () => {
    const forged: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: APP },
      { origin: `${server.url}.evil.example` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]
    const changes = ENDPOINTS.filter(({ method }) => method !== 'GET')
    for (const { method, path } of changes)
      for (const headers of forged) {
        const response = await asBrowser(headers, method, path.replaceAll(/\{\w+\}/g, 'x'))
        expect(response.status, `${method} ${path} ${JSON.stringify(headers)}`).toBe(403)
      }
  })

  test('can’t even start a generation by a link or an image', async () => {
    for (const site of ['cross-site', 'same-site'])
      expect(
        (await asBrowser({ 'sec-fetch-site': site }, 'GET', '/v1/infer?prompt=x')).status,
      ).toBe(403)
    expect((await asBrowser({ 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await asBrowser({ 'sec-fetch-site': 'none' })).status).toBe(200)
  })

  test('can’t sign anybody in', async () => {
    const { csrfToken } = await (await admin.fetch('/api/auth/csrf')).json()
    const response = await admin.fetch('/api/auth/callback/credentials', {
      method: 'POST',
      headers: {
        origin: 'https://evil.example',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ csrfToken, email: ADMIN_EMAIL, password: PASSWORD }),
    })
    expect(response.status).toBe(403)
  })

  test('may not read anything, unless its origin is named, and then never with a cookie', async () => {
    const read = (origin: string, headers: Record<string, string>) =>
      fetch(`${server.url}/v1/models`, { headers: { origin, ...headers } })
    const foreign = await read('https://evil.example', key())
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull()
    const named = await read(APP, key())
    expect(named.status).toBe(200)
    expect(named.headers.get('access-control-allow-origin')).toBe(APP)
    expect(named.headers.get('vary')).toContain('Origin')
    expect(named.headers.get('access-control-allow-credentials')).toBeNull()
    expect((await read(APP, { cookie: admin.cookie })).status).toBe(403)
    const dashboard = await fetch(`${server.url}/api/account`, {
      headers: { origin: APP, ...key() },
    })
    expect(dashboard.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('gets a preflight answered only when its origin is named', async () => {
    const preflight = (origin: string) =>
      fetch(`${server.url}/v1/chat/completions`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type,x-stainless-os',
        },
      })
    const named = await preflight(APP)
    expect(named.headers.get('access-control-allow-origin')).toBe(APP)
    expect(named.headers.get('access-control-allow-methods')).toContain('POST')
    // As it was asked: what an SDK adds is no reason to keep a page out that may come.
    expect(named.headers.get('access-control-allow-headers')).toBe(
      'authorization,content-type,x-stainless-os',
    )
    const foreign = await preflight('https://evil.example')
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull()
    expect(foreign.headers.get('access-control-allow-methods')).toBeNull()
  })

  test('learns of a refused stream as its own pages do', async () => {
    const response = await fetch(`${server.url}/v1/models/download/progress`, {
      headers: { origin: APP },
    })
    expect(response.status).toBe(401)
    expect(response.headers.get('access-control-allow-origin')).toBe(APP)
  })
})

describe('where no endpoint answers', () => {
  const unanswered = [
    ['GET', '/v1/responses', 404],
    ['PUT', '/v1/models', 405],
    ['GET', '/v1/models/%E0%A4%A', 400],
    ['POST', '/chat/completions', 404],
    ['GET', '/models', 404],
    ['GET', '/v2/models', 404],
  ] as const

  test.each(unanswered)(
    'a page of a named origin reads why: %s %s',
    async (method, path, status) => {
      const response = await fetch(server.url + path, {
        method,
        headers: { origin: APP, ...key() },
      })
      expect(response.status).toBe(status)
      expect(response.headers.get('access-control-allow-origin')).toBe(APP)
      expect(response.headers.get('cache-control')).toBe('no-store')
    },
  )

  test('the preflight of such a page goes well, and everybody else learns that there is nothing', async () => {
    const preflight = (origin: string) =>
      fetch(`${server.url}/v1/responses`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      })
    const named = await preflight(APP)
    expect(named.status).toBe(204)
    expect(named.headers.get('access-control-allow-origin')).toBe(APP)
    expect(named.headers.get('access-control-allow-headers')).toMatch(/authorization/i)
    const foreign = await preflight('https://evil.example')
    expect(foreign.status).toBe(404)
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('the dashboard’s own API answers in JSON too', async () => {
    const response = await server.fetch('/api/nothing')
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: { code: 'unknown_path' } })
  })
})

describe('a page of ours', () => {
  test('runs only scripts with the nonce of its answer, and every script has it', async () => {
    const nonces = new Set<string>()
    for (const path of ['/sign-in', '/sign-in', '/', '/keys', '/people', '/activity', '/account']) {
      const response =
        path === '/sign-in' ? await fetch(server.url + path) : await admin.fetch(path)
      expect(response.status, path).toBe(200)
      const policy = response.headers.get('content-security-policy') ?? ''
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? ''
      nonces.add(nonce)
      expect(policy).toContain("frame-ancestors 'none'")
      expect(/script-src [^;]*/.exec(policy)?.[0]).not.toContain('unsafe')
      const scripts = (await response.text()).match(/<script\b[^>]*>/g) ?? []
      expect(scripts.length).toBeGreaterThan(0)
      for (const script of scripts) expect(script, path).toContain(`nonce="${nonce}"`)
    }
    expect(nonces.size).toBe(7)
  })

  test('is not framed, sniffed, or told on', async () => {
    for (const path of ['/sign-in', '/v1/models', '/api/account', '/healthz']) {
      const { headers } = await server.fetch(path)
      expect(headers.get('x-frame-options'), path).toBe('DENY')
      expect(headers.get('x-content-type-options'), path).toBe('nosniff')
      expect(headers.get('referrer-policy'), path).toBe('same-origin')
    }
    const { headers } = await server.fetch('/v1/models')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('cache-control')).toBe('no-store')
  })
})

describe('the session cookie', () => {
  /** What signing in sets, as a proxy in front forwards it. */
  const cookieFor = async (forwardedProto: string) => {
    const session = new BrowserSession(server.url, { 'x-forwarded-proto': forwardedProto })
    const response = await session.signIn(ADMIN_EMAIL, PASSWORD)
    const cookies = response.headers.getSetCookie()
    return cookies.find((cookie) => cookie.startsWith('runnel.session=')) ?? ''
  }

  test('is out of reach of scripts and of other sites, and behind TLS of plain HTTP', async () => {
    const plain = await cookieFor('http')
    expect(plain).toMatch(/HttpOnly/i)
    expect(plain).toMatch(/SameSite=Lax/i)
    expect(plain).not.toMatch(/Secure/i)
    expect(await cookieFor('https')).toMatch(/Secure/i)
  })
})

test('what is malformed is the sender’s mistake, and large forms are not read', async () => {
  const auth = '/api/auth/callback/credentials'
  expect((await server.fetch('/v1/models/%E0%A4%A')).status).toBe(400)
  // A percent sign that is encoded is a letter of the id.
  expect((await server.fetch('/v1/models/%25E0%25A4%25A')).status).toBe(404)
  const cookie = await fetch(`${server.url}/v1/models`, {
    headers: { cookie: 'runnel.session=%E0%A4%A' },
  })
  expect(cookie.status).toBe(401)
  const { csrfToken } = await (await admin.fetch('/api/auth/csrf')).json()
  const odd = await admin.fetch(auth, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: ['a'], password: {}, csrfToken, json: 'true' }),
  })
  expect(odd.status).toBe(401)
  const large = await admin.fetch(auth, { method: 'POST', body: 'x'.repeat(100_000) })
  expect(large.status).toBe(413)
})

test('signing in leads nowhere else', async () => {
  for (const next of [
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'https://evil.example',
  ]) {
    const response = await admin.fetch(`/sign-in?next=${encodeURIComponent(next)}`)
    const location = new URL(response.headers.get('location') ?? '', server.url)
    expect(location.href, next).toBe(`${server.url}/`)
  }
})

test('no secret reaches the log, an error, or a page', async () => {
  const secret = 'rnl_this-is-a-key-that-somebody-mistyped'
  const wrong = await server.fetch(`/v1/models?api_key=${secret}`, {
    headers: { authorization: `Bearer ${secret}` },
  })
  expect(await wrong.text()).not.toContain(secret)
  const html = await (await admin.fetch('/account')).text()
  for (const text of [html, server.output]) {
    expect(text).not.toContain(secret)
    expect(text).not.toContain(server.key)
    expect(text).not.toContain(PASSWORD)
    expect(text).not.toContain('argon2')
  }
})
