import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BrowserSession } from '../support/browser-session'
import { addPerson, makeKey, setUpAdmin } from '../support/people'
import { allOf, openSocket, rawText, statusOf } from '../support/raw-socket'
import { RawStream } from '../support/raw-stream'
import { startServer, type TestServer } from '../support/server'
import { type OpenStream, openStream } from '../support/sse-reader'
import { until } from '../support/until'

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
const get = (path: string, key: string) => server.fetch(path, { headers: bearer(key) })

/** Whether a request with that key has been let in. */
async function isUsed(id: string): Promise<boolean> {
  const { keys } = await (await user.fetch('/api/keys')).json()
  return keys.some(
    (one: { id: string; last_used_at: number | null }) => one.id === id && one.last_used_at,
  )
}

/** Milliseconds until the server ended a stream. */
async function timeToEnd(stream: OpenStream, end: () => Promise<unknown>): Promise<number> {
  await until(() => stream.text.includes('retry:'), 'the stream to begin')
  await end()
  const started = performance.now()
  await until(() => stream.ended, 'the stream to end')
  return performance.now() - started
}

describe('a key', () => {
  test('is shown once: no list, audit entry or log has it', async () => {
    const { id, key } = await makeKey(user, { scopes: ['infer'], name: 'shown once' })
    expect((await get('/api/account', key)).status).toBe(200)
    const lists = await Promise.all(
      ['/api/keys', '/api/audit', '/api/audit/export'].map(async (path) =>
        (await admin.fetch(`${path}${path === '/api/keys' ? '?all=true' : ''}`)).text(),
      ),
    )
    expect(lists[0]).toContain(id)
    for (const text of [...lists, server.output]) expect(text).not.toContain(key)
    expect(lists[0]).not.toMatch(/"hash"/)
  })

  test('reaches no further than its maker', async () => {
    const wide = await user.send('POST', '/api/keys', { name: 'wide', scopes: ['admin'] })
    expect(wide.status).toBe(403)
    expect(await wide.json()).toMatchObject({ error: { code: 'scope_too_wide', param: 'scopes' } })
  })

  test('is somebody else’s: not seen, not changed, not revoked', async () => {
    const { id } = await makeKey(admin, { scopes: ['infer'] })
    const { keys } = await (await user.fetch('/api/keys?all=true')).json()
    expect(keys.map((key: { id: string }) => key.id)).not.toContain(id)
    expect((await user.send('PATCH', `/api/keys/${id}`, { name: 'mine' })).status).toBe(404)
    expect((await user.send('DELETE', `/api/keys/${id}`)).status).toBe(404)
  })

  test('that may do little has no more of its owner’s role', async () => {
    const { key } = await makeKey(admin, { scopes: ['infer'] })
    for (const path of ['/api/people', '/api/audit', '/api/keys', '/v1/models'])
      expect((await get(path, key)).status, path).toBe(403)
  })
})

describe('a key is not made', () => {
  const refused = [
    ['with a line of the log in its name', { name: 'x\n[14:03:12] INFO: all is well' }, 'name'],
    ['with an escape sequence in its name', { name: '\u001b[2J' }, 'name'],
    ['with a NUL in its name', { name: 'a\u0000b' }, 'name'],
    ['with a limit that is misspelt', { token_per_day: 5 }, 'token_per_day'],
    ['for longer than there are dates', { expires_at: 9e15 }, 'expires_at'],
  ] as const
  test.each(refused)('%s', async (_, given, param) => {
    const asked = { name: 'x', scopes: ['infer'], ...given }
    const response = await user.send('POST', '/api/keys', asked)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { param } })
  })

  test('with a scope twice, and no change is ignored', async () => {
    const { id } = await makeKey(user, { scopes: ['infer', 'infer'] })
    const { keys } = await (await user.fetch('/api/keys')).json()
    const made = keys.find((one: { id: string }) => one.id === id)
    expect(made.scopes).toEqual(['infer'])
    const change = await user.send('PATCH', `/api/keys/${id}`, { scopes: ['models:read'] })
    expect(change.status).toBe(400)
    expect(await change.json()).toMatchObject({ error: { param: 'scopes' } })
  })
})

describe('what is open ends within a second', () => {
  test('when its key is revoked', async () => {
    const { id, key } = await makeKey(user, { scopes: ['models:read'] })
    const stream = await openStream(server, bearer(key))
    const ms = await timeToEnd(stream, () => user.send('DELETE', `/api/keys/${id}`))
    expect(ms).toBeLessThan(1000)
    expect((await get('/v1/models', key)).status).toBe(401)
  })

  test('when its session is ended, and no other', async () => {
    const person = await addPerson(server, 'ends@example.org')
    const mine = await openStream(server, { cookie: person.cookie })
    const others = await openStream(server, { cookie: user.cookie })
    expect(await timeToEnd(mine, () => person.submit('/api/auth/signout', {}))).toBeLessThan(1000)
    expect(others.ended).toBe(false)
    others.close()
  })

  test('when its key expires', async () => {
    const { key } = await makeKey(user, {
      scopes: ['models:read'],
      // A busy machine takes its time to open the stream.
      expires_at: Date.now() + 5000,
    })
    const stream = await openStream(server, bearer(key))
    await timeToEnd(stream, () => until(async () => (await get('/v1/models', key)).status === 401))
  })

  test('when the request in question is not a stream', async () => {
    const { id, key } = await makeKey(user, { scopes: ['infer'] })
    const answer = server.fetch('/v1/infer', {
      method: 'POST',
      headers: { ...bearer(key), 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'Once', max_tokens: 100_000, temperature: 1.5 }),
    })
    await until(() => isUsed(id), 'the request to have begun')
    await user.send('DELETE', `/api/keys/${id}`)
    expect((await answer).status).toBe(401)
  })
})

test('a key that was good when a request began opens nothing when its body ends after it was revoked', async () => {
  const { id, key } = await makeKey(user, { scopes: ['infer'] })
  const body = JSON.stringify({ prompt: 'Once', stream: true, max_tokens: 5 })
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' }
  const length = { 'Content-Length': String(body.length) }
  const socket = openSocket(server.url)
  const answer = allOf(socket)
  socket.write(rawText('POST /v1/infer', { ...headers, ...length }, body.slice(0, 5)))
  await until(() => isUsed(id), 'the key to be looked at')
  await user.send('DELETE', `/api/keys/${id}`)
  socket.write(body.slice(5))
  expect(statusOf(await answer)).toBe(401)
})

describe('limits of a key', () => {
  test('requests a minute: the headers count down, then 429 with Retry-After', async () => {
    const { key } = await makeKey(user, { scopes: ['models:read'], requests_per_minute: 3 })
    for (const left of [2, 1, 0]) {
      const response = await get('/v1/models', key)
      expect(response.status).toBe(200)
      expect(response.headers.get('ratelimit-limit')).toBe('3')
      expect(response.headers.get('ratelimit-remaining')).toBe(String(left))
      expect(Number(response.headers.get('ratelimit-reset'))).toBeGreaterThan(0)
    }
    const over = await get('/v1/models', key)
    expect(over.status).toBe(429)
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await over.json()).toMatchObject({ error: { code: 'key_requests_exceeded' } })
  })

  test('are exact however many arrive together', async () => {
    const { key } = await makeKey(user, { scopes: ['models:read'], requests_per_minute: 10 })
    const statuses = await Promise.all(
      Array.from({ length: 40 }, async () => (await get('/v1/models', key)).status),
    )
    expect(statuses.filter((status) => status === 200)).toHaveLength(10)
    expect(statuses.filter((status) => status === 429)).toHaveLength(30)
  })

  test('streams at once, and a closed one makes room', async () => {
    const { key } = await makeKey(user, { scopes: ['models:read'], max_streams: 2 })
    const open = [await openStream(server, bearer(key)), await openStream(server, bearer(key))]
    const third = await openStream(server, bearer(key))
    expect(third.response.status).toBe(429)
    expect(Number(third.response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(open.map(({ response }) => response.status)).toEqual([200, 200])
    open[0]?.close()
    await until(async () => {
      const next = await openStream(server, bearer(key))
      next.close()
      return next.response.status === 200
    }, 'the closed stream to make room')
    open[1]?.close()
  })

  test('tokens a day: what was generated counts, also streamed, and a restart forgives nothing', async () => {
    const { id, key } = await makeKey(user, {
      scopes: ['infer', 'models:read'],
      tokens_per_day: 30,
    })
    const infer = (stream: boolean) =>
      server.fetch('/v1/infer', {
        method: 'POST',
        headers: { ...bearer(key), 'content-type': 'application/json' },
        body: JSON.stringify({ prompt: 'Once upon a time', max_tokens: 20, stream }),
      })
    const used = async () => {
      const { keys } = await (await user.fetch('/api/keys')).json()
      return keys.find((one: { id: string }) => one.id === id).tokens_today
    }
    await (await infer(false)).text()
    const first = await until(async () => (await used()) || null, 'the tokens to be counted')
    expect(first).toBeGreaterThan(0)
    await (await infer(true)).text()
    await until(async () => (await used()) >= 30, 'the limit to be reached')
    const over = await infer(false)
    expect(over.status).toBe(429)
    expect(over.headers.get('ratelimit-remaining-tokens')).toBe('0')
    expect((await get('/v1/models', key)).status).toBe(200)
    await server.stop()
    await server.start()
    expect((await infer(false)).status).toBe(429)
  })

  test('tokens a day: an answer that is stopped, or whose client leaves, is not free', async () => {
    const { id, key } = await makeKey(user, { scopes: ['infer'] })
    const used = async () => {
      const { keys } = await (await user.fetch('/api/keys')).json()
      return keys.find((one: { id: string }) => one.id === id).tokens_today
    }
    // Many choices one after the other: it is not over when it is ended.
    const begin = async () => {
      const stream = new RawStream(server, {
        path: '/v1/chat/completions',
        headers: bearer(key),
        body: {
          model: 'storyteller',
          messages: [{ role: 'user', content: 'Tell me a story about a fox and a kite.' }],
          n: 100,
          stream: true,
        },
      })
      return stream.when(({ events }) => events.some(({ data }) => data.includes('"content":"')))
    }
    const stopped = await begin()
    await server.fetch(`/v1/generations/${stopped.headers['x-generation-id']}`, {
      method: 'DELETE',
      headers: bearer(key),
    })
    await stopped.done()
    const before = await until(async () => (await used()) || null, 'the stopped answer to count')
    ;(await begin()).leave()
    await until(async () => (await used()) > before, 'the answer that was left to count')
  })

  test('can be changed, at once, by its owner', async () => {
    const { id, key } = await makeKey(user, { scopes: ['models:read'], requests_per_minute: 1 })
    await get('/v1/models', key)
    expect((await get('/v1/models', key)).status).toBe(429)
    await user.send('PATCH', `/api/keys/${id}`, { requests_per_minute: null })
    const free = await get('/v1/models', key)
    expect(free.status).toBe(200)
    expect(free.headers.has('ratelimit-limit')).toBe(false)
  })
})

describe('a ticket', () => {
  const PATH = '/v1/models/download/progress'
  const ticketFor = async (key: string, path = PATH) => {
    const response = await server.fetch('/v1/tickets', {
      method: 'POST',
      headers: { ...bearer(key), 'content-type': 'application/json' },
      body: JSON.stringify({ path }),
    })
    expect(response.status).toBe(201)
    const { ticket } = await response.json()
    return `?ticket=${ticket}`
  }

  test('opens its stream once, and ends with the key it was made with', async () => {
    const { id, key } = await makeKey(user, { scopes: ['models:read'] })
    const query = await ticketFor(key)
    const stream = await openStream(server, {}, PATH + query)
    expect(stream.response.status).toBe(200)
    const again = await openStream(server, {}, PATH + query)
    expect(again.response.status).toBe(401)
    const ms = await timeToEnd(stream, () => user.send('DELETE', `/api/keys/${id}`))
    expect(ms).toBeLessThan(1000)
  })

  test('opens no other path, does nothing but read, and is used up by trying', async () => {
    const { key } = await makeKey(user, { scopes: ['models:read', 'models:write'] })
    const query = await ticketFor(key)
    expect((await fetch(`${server.url}/v1/models${query}`)).status).toBe(401)
    expect((await fetch(`${server.url}${PATH}${query}`)).status).toBe(401)
    const write = await fetch(
      `${server.url}/v1/models/download${await ticketFor(key, '/v1/models/download')}`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"model_ref":"builtin:storyteller"}',
      },
    )
    expect(write.status).toBe(401)
  })

  test('reaches no further than its key, and dies with it unused', async () => {
    const { id, key } = await makeKey(user, { scopes: ['infer'] })
    expect((await fetch(`${server.url}${PATH}${await ticketFor(key)}`)).status).toBe(403)
    const unused = await ticketFor(key, '/v1/infer')
    await user.send('DELETE', `/api/keys/${id}`)
    expect((await fetch(`${server.url}/v1/infer${unused}&prompt=x`)).status).toBe(401)
  })
})
