import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { setUpAdmin } from '../support/people'
import { RawStream } from '../support/raw-stream'
import { startServer, type TestServer } from '../support/server'
import { until } from '../support/until'

const line = z.object({
  msg: z.literal('request'),
  requestId: z.string(),
  caller: z.string().optional(),
  method: z.string(),
  path: z.string(),
  status: z.number(),
  ms: z.number(),
  aborted: z.boolean().optional(),
})

test('a reader of the log that hangs stops nobody, and hears later how much it has missed', async () => {
  const server = await startServer({ env: { RUNNEL_LOG_LEVEL: 'info' } })
  const goOn = server.stopReading()
  // More than a pipe and what may wait for it hold together.
  const path = `/v1/${'x'.repeat(8000)}`
  for (let round = 0; round < 30; round++) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => server.fetch(path)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]))
    await Promise.all(answers.map((answer) => answer.text()))
  }
  goOn()
  await until(async () => {
    await server.fetch('/v1/nothing')
    return /\d+ lines of the log were dropped/.test(server.output)
  }, 'the log to say what was dropped')
  await server.dispose()
})

describe('for a collector', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ env: { RUNNEL_LOG_LEVEL: 'info' } })
  })
  afterAll(() => server.dispose())

  /** The lines of the request with this id, once there is one. */
  function linesOf(id: string) {
    return until(() => {
      const found = server.output
        .split('\n')
        .filter((text) => text.startsWith('{') && text.includes(`"${id}"`))
        .map((text) => line.parse(JSON.parse(text)))
      return found.length > 0 && found
    }, `the line of ${id}`)
  }

  test('each request has one line: id, who, status, time', async () => {
    const person = await setUpAdmin(server)
    const ask = async (id: string, path: string, headers: Record<string, string>) => {
      const init = { headers: { 'x-request-id': id, ...headers }, redirect: 'manual' } as const
      await (await fetch(`${server.url}${path}`, init)).text()
      return linesOf(id)
    }
    const key = { authorization: `Bearer ${server.key}` }
    expect(await ask('by-key', '/v1/models?ticket=secret', key)).toEqual([
      {
        msg: 'request',
        requestId: 'by-key',
        caller: 'key RUNNEL_ADMIN_KEY',
        method: 'GET',
        path: '/v1/models',
        status: 200,
        ms: expect.any(Number),
      },
    ])
    expect(await ask('by-person', '/v1/models', { cookie: person.cookie })).toMatchObject([
      { caller: 'ada@example.org', status: 200 },
    ])
    expect(await ask('nobody', '/v1/models', {})).toMatchObject([{ status: 401 }])
    expect(await ask('page', '/sign-in', {})).toMatchObject([{ path: '/sign-in', status: 200 }])
    expect(await ask('next-auth', '/api/auth/csrf', {})).toMatchObject([{ status: 200 }])
    expect(await ask('bad-path', '/v1/models/%E0%A4%A', key)).toMatchObject([
      { path: '/v1/models/%E0%A4%A', status: 400 },
    ])
    expect(server.output).not.toContain('ticket=')
  })

  test('a stream has its line when it ends', async () => {
    const headers = { 'x-request-id': 'a-stream' }
    const stream = new RawStream(server, { path: '/v1/models/download/progress', headers })
    await stream.when(({ text }) => text !== '')
    expect(server.output).not.toContain('a-stream')
    stream.leave()
    expect(await linesOf('a-stream')).toMatchObject([{ status: 200, aborted: true }])
  })
})

test('a client that leaves while the server waits for the hub is no fault of the server', async () => {
  let wasAsked = false
  const hub = createServer(() => {
    wasAsked = true
  }).listen(0, '127.0.0.1')
  await once(hub, 'listening')
  const address = hub.address()
  if (address === null || typeof address === 'string') throw new Error('The hub has no port.')
  const server = await startServer({
    env: { HF_ENDPOINT: `http://127.0.0.1:${address.port}`, RUNNEL_LOG_LEVEL: 'info' },
  })
  const leaver = new AbortController()
  const search = server.fetch('/v1/hub/search?q=x', { signal: leaver.signal })
  await until(() => wasAsked, 'the hub to be asked')
  leaver.abort()
  await expect(search).rejects.toThrow('abort')
  await until(() => server.output.includes('"status":499'), 'the line of the request')
  expect(server.output).not.toContain('"level":50')
  hub.closeAllConnections()
  hub.close()
  await server.dispose()
})

test('for people each request is a sentence', async () => {
  const server = await startServer({
    env: { RUNNEL_LOG_LEVEL: 'info', RUNNEL_LOG_FORMAT: 'pretty' },
  })
  try {
    await server.fetch('/v1/nothing', { headers: { 'x-request-id': 'for-people' } })
    const sentence = /^\[\d\d:\d\d:\d\d\] INFO: GET \/v1\/nothing 404 in \d+ ms, for-people$/m
    await until(() => sentence.test(server.output), 'the sentence')
  } finally {
    await server.dispose()
  }
})
