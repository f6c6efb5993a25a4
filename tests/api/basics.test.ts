import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENDPOINTS } from '@/lib/api/endpoints'
import { rawRequest } from '../support/raw-request'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.dispose())

const ERROR = {
  error: {
    message: expect.any(String),
    type: expect.any(String),
    code: expect.any(String),
    param: null,
    hint: expect.anything(),
  },
}

describe('every answer', () => {
  test('carries a request id, ours or the one that was sent', async () => {
    const own = await server.fetch('/healthz')
    expect(own.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/)
    const given = await server.fetch('/healthz', { headers: { 'x-request-id': 'abc.123' } })
    expect(given.headers.get('x-request-id')).toBe('abc.123')
    const odd = await server.fetch('/healthz', { headers: { 'x-request-id': 'a b"c' } })
    expect(odd.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/)
  })

  test.each([
    ['a page', '/sign-in'],
    ['a redirect', '/chat/x'],
    ['next-auth', '/api/auth/csrf'],
    ['a file that there is not', '/_next/static/nothing.js'],
    ['a page that there is not', '/nothing'],
    ['an error of the API', '/v1/nothing'],
  ])('carries it also where it is %s', async (_, path) => {
    const init = { redirect: 'manual', headers: { 'x-request-id': 'abc.123' } } as const
    const response = await server.fetch(path, init)
    await response.body?.cancel()
    expect(response.headers.get('x-request-id')).toBe('abc.123')
  })

  test.each(['/v1/models/%E0%A4%A', '/%E0%A4%A', '/chat/%'])(
    'about the path %s, which is not well encoded, is a JSON 400',
    async (path) => {
      const response = await server.fetch(path)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error: { code: 'invalid_path' } })
    },
  )

  test.each([
    ['TRACE', '/v1/models'],
    ['PROPFIND', '/v1/chat/completions'],
    ['REPORT', '/v1/nothing'],
    ['MKCOL', '/'],
    ['TRACE', '/%E0%A4%A'],
  ])('to %s %s, a method that no path has, is a JSON 501', async (method, path) => {
    const response = await rawRequest(`${server.url}${path}`, {
      method,
      headers: { 'x-request-id': 'abc.123', 'content-length': '2' },
      body: '{}',
    })
    expect(response.status).toBe(501)
    expect(JSON.parse(response.body)).toEqual(ERROR)
    expect(response.body).toContain(method)
    expect(response.headers['x-request-id']).toBe('abc.123')
  })

  test('about an unknown path under /v1 is a JSON 404', async () => {
    for (const method of ['GET', 'POST', 'DELETE', 'PATCH']) {
      const response = await server.fetch('/v1/nothing/here', { method })
      expect(response.status).toBe(404)
      expect(await response.json()).toEqual(ERROR)
    }
  })

  test('to a method that a path does not have is a JSON 405 with Allow', async () => {
    const response = await server.fetch('/v1/infer', { method: 'DELETE' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toContain('POST')
    expect(await response.json()).toMatchObject({ error: { code: 'method_not_allowed' } })
  })
})

describe('who may enter', () => {
  test.each(
    ENDPOINTS.filter(({ access }) => access !== 'public').map(
      (each) => [`${each.method} ${each.path}`, each] as const,
    ),
  )(
    '%s is closed without a credential and with a wrong one',
    async (_, { method, path, errorShape }) => {
      const error = (code: string) =>
        errorShape === 'anthropic' ? { type: 'authentication_error' } : { code }
      const address = new URL(path.replaceAll(/\{\w+\}/g, 'x'), server.url)
      const init = {
        method,
        headers: { 'content-type': 'application/json' },
        body: method === 'GET' ? undefined : '{}',
      }
      const without = await fetch(address, init)
      expect(without.status).toBe(401)
      expect(await without.json()).toMatchObject({ error: error('missing_credentials') })
      const wrong = await fetch(address, {
        ...init,
        headers: { ...init.headers, authorization: 'Bearer rnl_wrong' },
      })
      expect(wrong.status).toBe(401)
      expect(await wrong.json()).toMatchObject({ error: error('invalid_api_key') })
    },
  )

  test('the set-up link makes an admin once, who signs in and is known', async () => {
    const admin = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery' }
    const setUp = (token: string) =>
      fetch(`${server.url}/api/setup`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...admin, token }),
      })
    expect((await setUp('wrong')).status).toBe(403)
    expect((await setUp(server.setUpToken)).status).toBe(201)
    expect((await setUp(server.setUpToken)).status).toBe(409)

    const cookie = await signIn(admin.email, admin.password)
    const own = await fetch(`${server.url}/v1/models`, { headers: { cookie } })
    expect(own.status).toBe(200)
    expect(await signIn(admin.email, 'wrong password')).toBe('')

    const change = (origin: string) =>
      fetch(`${server.url}/v1/models/download`, {
        method: 'POST',
        headers: { cookie, origin, 'content-type': 'application/json' },
        body: JSON.stringify({ model_ref: 'builtin:storyteller' }),
      })
    expect((await change('http://evil.example')).status).toBe(403)
    expect((await change(server.url)).status).toBe(202)
  })
})

/** Signs in as a browser does and gives the session cookie; empty when it was refused. */
async function signIn(email: string, password: string): Promise<string> {
  const csrf = await fetch(`${server.url}/api/auth/csrf`)
  const { csrfToken } = await csrf.json()
  const response = await fetch(`${server.url}/api/auth/callback/credentials`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: cookiesOf(csrf), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ csrfToken, email, password, json: 'true' }),
  })
  return cookiesOf(response, 'runnel.session')
}

function cookiesOf(response: Response, name = ''): string {
  const pairs = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '')
  return pairs.filter((pair) => pair.startsWith(name)).join('; ')
}

describe('input', () => {
  const post = (body: string | ReadableStream, headers: Record<string, string> = {}) =>
    server.fetch('/v1/infer', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })

  test('that is not JSON is told apart: the type, the text, the fields', async () => {
    expect((await post('x', { 'content-type': 'text/plain' })).status).toBe(415)
    const broken = await post('{"prompt":')
    expect(broken.status).toBe(400)
    expect(await broken.json()).toMatchObject({ error: { code: 'invalid_json' } })
    const wrong = await post('{"prompt":5}')
    expect(wrong.status).toBe(400)
    expect(await wrong.json()).toMatchObject({ error: { param: 'prompt' } })
  })

  test('that is too large is refused, by its length and without one', async () => {
    const large = JSON.stringify({ prompt: 'x'.repeat(40 * 1024 * 1024) })
    expect((await post(large)).status).toBe(413)
    expect(await sendChunked(20 * 1024 * 1024)).toContain('413')
  })

  /** Sends a body without a length and gives the first line of the answer. */
  function sendChunked(bytes: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
      socket.write(
        `POST /v1/infer HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.key}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
      )
      const chunk = 'x'.repeat(64 * 1024)
      let sent = 0
      const more = () => {
        while (sent < bytes && !socket.destroyed) {
          sent += chunk.length
          if (!socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`))
            return socket.once('drain', more)
        }
        return socket
      }
      more()
      socket.once('data', (data) => {
        resolve(String(data).split('\r\n')[0] ?? '')
        socket.destroy()
      })
      socket.once('error', reject)
    })
  }
})

test('HEAD answers without a body, also where GET streams', async () => {
  for (const path of [
    '/healthz',
    '/v1/models',
    '/v1/models/download/progress',
    '/v1/infer?prompt=x&stream=true',
  ]) {
    const response = await server.fetch(path, { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
  }
})

test('/openapi.json describes every endpoint, and every endpoint answers', async () => {
  const { paths } = await server.json<{ paths: Record<string, Record<string, unknown>> }>(
    '/openapi.json',
  )
  for (const { method, path } of ENDPOINTS) {
    expect(paths[path]?.[method.toLowerCase()], `${method} ${path}`).toBeDefined()
    const address = path.replaceAll(/\{\w+\}/g, 'x')
    const { status, headers } = await server.fetch(address, { method: 'OPTIONS' })
    expect(status, `OPTIONS ${path}`).toBe(204)
    expect(headers.get('allow'), path).toContain(method)
  }
})

test('it is alive and ready', async () => {
  expect(await server.json('/healthz')).toEqual({ status: 'ok' })
  expect(await server.json('/readyz')).toEqual({ status: 'ready' })
})
