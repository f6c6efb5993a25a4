import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { HubClient } from '@/lib/hub/hub-client'
import { HubHeaders } from '@/lib/hub/hub-header'
import type { HttpClient, Reply } from '@/lib/platform/http/http-client'
import { ggufContent } from '../../support/hub/gguf'
import { type Hub, startHub } from '../../support/hub/hub'
import { httpOf, hubClient } from './hub-http'

const content = ggufContent({ size: 8192 })
const signal = new AbortController().signal
const newest = { revision: null, fresh: true }

let hub: Hub
let now: number

beforeEach(async () => {
  now = 1000
  hub = await startHub({ models: { 'acme/tiny': { 'tiny-Q8_0.gguf': content } } })
})

afterEach(() => hub.stop())

const client = (options: { token?: string } = {}) =>
  hubClient(hub.url, { now: () => now, ...options })

/** Answers each request with the next of these, and notes what was asked. */
function saying(...replies: { status?: number; headers?: Record<string, string>; text: string }[]) {
  const asked: string[] = []
  const send: HttpClient['send'] = async (place) => {
    asked.push(place.url.origin)
    const { status = 200, headers = {}, text } = replies[asked.length - 1] ?? { text: '[]' }
    const reply: Reply = {
      status,
      headers,
      body: Readable.from([Buffer.from(text)]),
      place,
      redirects: [],
      hub: null,
    }
    return reply
  }
  return { asked, http: { send } }
}

describe('a search', () => {
  it('gives models in the order that was asked for', async () => {
    hub.add('acme/liked', { 'a.gguf': content }, { likes: 99, downloads: 1 })
    const text = 'acme'
    const byLikes = await client().search({ text, sort: 'likes', limit: 10 }, signal)
    const byDownloads = await client().search({ text, sort: 'downloads', limit: 10 }, signal)
    expect(byLikes.map(({ id }) => id)).toEqual(['acme/liked', 'acme/tiny'])
    expect(byDownloads.map(({ id }) => id)).toEqual(['acme/tiny', 'acme/liked'])
    expect(byDownloads[0]).toMatchObject({
      licence: 'mit',
      gated: false,
      updatedAt: Date.parse('2026-11-01T00:00:00.000Z'),
    })
  })

  it('is asked of the hub once a minute', async () => {
    const asked = client()
    const query = { text: 'tiny', sort: 'downloads', limit: 10 } as const
    await asked.search(query, signal)
    await asked.search(query, signal)
    expect(hub.requests).toHaveLength(1)
    now += 60_001
    await asked.search(query, signal)
    expect(hub.requests).toHaveLength(2)
  })
})

describe('a repository', () => {
  it('comes with its commit and files, their sizes and hashes', async () => {
    const repository = await client().repository('acme/tiny', newest, signal)
    expect(repository).toMatchObject({
      id: 'acme/tiny',
      revision: expect.stringMatching(/^[0-9a-f]{40}$/),
      files: [{ path: 'tiny-Q8_0.gguf', size: 8192, sha256: content.sha256 }],
    })
  })

  it('never has a file whose path leads elsewhere', async () => {
    hub.add('acme/evil', {
      '../../../etc/x.gguf': content,
      '/abs.gguf': content,
      'a.gguf': content,
    })
    const { files } = await client().repository('acme/evil', newest, signal)
    expect(files.map(({ path }) => path)).toEqual(['a.gguf'])
  })

  it('is asked for with the token', async () => {
    await client({ token: hub.token }).repository('acme/tiny', newest, signal)
    expect(hub.requests.map((request) => request.authorization)).toEqual([
      'Bearer hf_double',
      'Bearer hf_double',
    ])
  })
})

describe('a failure of the hub', () => {
  const failureOf = (repo: string, revision: string | null = null, token?: string) =>
    client({ token })
      .repository(repo, { revision, fresh: true }, signal)
      .then(
        () => null,
        (error: unknown) => error,
      )

  it('a repository that is not there, or not for everybody', async () => {
    const hint = expect.stringContaining('HF_TOKEN')
    const missing = { code: 'repository_not_found', status: 404, hint }
    expect(await failureOf('acme/none')).toMatchObject(missing)
    hub.faults.private = {}
    expect(await failureOf('acme/tiny')).toMatchObject(missing)
    expect(await failureOf('acme/tiny', null, hub.token)).toBeNull()
  })

  it('a revision that is not there', async () => {
    const expected = { code: 'revision_not_found', message: expect.stringContaining('v9') }
    expect(await failureOf('acme/tiny', 'v9')).toMatchObject(expected)
  })

  it('too many requests, with the time to wait', async () => {
    hub.faults.status = { code: 429, at: 'hub', retryAfter: { seconds: 7, as: 'seconds' } }
    const expected = { code: 'hub_rate_limited', status: 429, retryAfter: 7 }
    expect(await failureOf('acme/tiny')).toMatchObject(expected)
  })

  it('a fault of its own', async () => {
    hub.faults.status = { code: 503, at: 'hub' }
    expect(await failureOf('acme/tiny')).toMatchObject({ code: 'hub_error', status: 502 })
  })

  it('no answer at all', async () => {
    hub.faults.down = {}
    expect(await failureOf('acme/tiny')).toMatchObject({ code: 'hub_unreachable', status: 502 })
  })

  it('an answer that is not of its API', async () => {
    const answer = (text: string) =>
      new HubClient({ endpoint: hub.url, hasToken: false, ...saying({ text }) })
        .search({ text: '', sort: 'likes', limit: 1 }, signal)
        .catch((error: unknown) => error)
    expect(await answer('<!doctype html>')).toMatchObject({ code: 'hub_error' })
    expect(await answer('{"error":"no"}')).toMatchObject({ code: 'hub_error' })
  })

  it('is not made of a client that went away', async () => {
    const reason = new Error('gone')
    const work = client().repository('acme/tiny', newest, AbortSignal.abort(reason))
    await expect(work).rejects.toBe(reason)
  })
})

it('asks only the endpoint, wherever its links and redirects lead', async () => {
  const link = '<https://elsewhere.test/api/models>; rel="next"'
  const { asked, http } = saying(
    { status: 307, headers: { location: 'http://10.0.0.1/api/models' }, text: '' },
    { headers: { link }, text: '[]' },
  )
  const asking = new HubClient({ endpoint: 'https://hub.test', hasToken: true, http })
  await asking.search({ text: '', sort: 'likes', limit: 10 }, signal)
  expect(asked).toEqual(['https://hub.test', 'https://hub.test', 'https://hub.test'])
})

it.each(['gzip', 'GZIP', 'x-gzip'])('takes an answer that is compressed: %s', async (name) => {
  const server = createServer((request, response) => {
    expect(request.headers['accept-encoding']).toBe('gzip')
    response.writeHead(200, { 'Content-Encoding': name }).end(gzipSync('[]'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = z.object({ port: z.number() }).parse(server.address())
  const asked = hubClient(`http://127.0.0.1:${port}`)
  expect(await asked.search({ text: '', sort: 'likes', limit: 1 }, signal)).toEqual([])
  server.close()
  server.closeAllConnections()
})

it('refuses an answer that is encoded as nobody asked', async () => {
  const { http } = saying({ headers: { 'content-encoding': 'br' }, text: '[]' })
  const asking = new HubClient({ endpoint: 'https://hub.test', hasToken: false, http })
  await expect(asking.search({ text: '', sort: 'likes', limit: 1 }, signal)).rejects.toMatchObject({
    code: 'hub_error',
    message: expect.stringContaining('encoded as br'),
  })
})

describe('the header of a file', () => {
  const bytes = content.read(0, content.size)
  const read = (status: number, headers: Record<string, string>) => {
    const hub = null
    const get: HttpClient['get'] = async (place) => ({
      ...{ status, headers, place, hub, redirects: [] },
      body: Readable.from([bytes]),
    })
    const reading = new HubHeaders({ endpoint: 'https://hub.test', hasToken: false, http: { get } })
    const repository = { id: 'acme/tiny', revision: 'abc' }
    return reading.read(repository, [{ path: 'm.gguf', size: content.size }], signal)
  }

  it('is read from a reply with or without ranges', async () => {
    const range = `bytes 0-${bytes.length - 1}/${content.size}`
    const name = expect.any(String)
    expect(await read(206, { 'content-range': range })).toMatchObject({ architecture: name })
    expect(await read(200, {})).toMatchObject({ architecture: name })
  })

  it.each<[number, Record<string, string>]>([
    [206, { 'content-range': 'bytes 100-8191/8192' }],
    [206, {}],
    [206, { 'content-range': 'bytes 0-8191/8192', 'content-encoding': 'gzip' }],
    [200, { 'content-type': 'text/html' }],
    [200, { 'content-range': 'bytes 100-8191/8192' }],
    [206, { 'content-range': 'bytes 0-8191/8192', 'content-length': '8191' }],
  ])('is not taken from anything else: %i %j', async (status, headers) => {
    await expect(read(status, headers)).rejects.toMatchObject({ code: 'hub_error', status: 502 })
  })
})

describe('a connection that the hub closes just when it is used again', () => {
  /** Answers the first request of each connection, and closes it at the second. */
  async function closing() {
    const used = new WeakSet<Socket>()
    let closed = 0
    const server = createServer((request, response) => {
      if (used.has(request.socket)) {
        closed += 1
        request.socket.destroy()
        return
      }
      used.add(request.socket)
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('[]')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = z.object({ port: z.number() }).parse(server.address())
    return { server, url: `http://127.0.0.1:${port}`, closed: () => closed }
  }

  it('is no failure of the hub', async () => {
    const { server, url, closed } = await closing()
    const asked = hubClient(url)
    const http = httpOf(url)
    for (const text of ['a', 'b', 'c'])
      expect(await asked.search({ text, sort: 'likes', limit: 1 }, signal)).toEqual([])
    expect(closed()).toBeGreaterThan(0)
    const before = closed()
    for (let time = 0; time < 3; time += 1) {
      const { status, body } = await http.get({ url: new URL(url), from: null }, { signal })
      expect(status).toBe(200)
      body.resume()
      await once(body, 'end')
    }
    expect(closed()).toBeGreaterThan(before)
    await http.close()
    server.close()
    server.closeAllConnections()
  })
})
