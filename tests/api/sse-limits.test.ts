import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RawStream } from '@/tests/support/raw-stream'
import { startServer, type TestServer } from '@/tests/support/server'
import { until } from '@/tests/support/until'

const PROGRESS = '/v1/models/download/progress'
const MAX_PER_CLIENT = 4

let server: TestServer

beforeAll(async () => {
  server = await startServer({
    env: {
      RUNNEL_MAX_SUBSCRIBERS_PER_CLIENT: String(MAX_PER_CLIENT),
      RUNNEL_SUBSCRIBER_MAX_AGE: '2s',
    },
  })
})

afterAll(() => server.dispose())

const isOpen = ({ text }: RawStream) => text !== ''

async function open(count: number): Promise<RawStream[]> {
  const streams = Array.from({ length: count }, () => new RawStream(server, { path: PROGRESS }))
  await Promise.all(
    streams.map((stream) => stream.when(({ status, ended }) => ended || status > 0)),
  )
  return streams
}

describe('limits', () => {
  it('keep out whoever is too many with 429 and Retry-After, and put nobody out', async () => {
    const streams = await open(20)
    const inside = streams.filter(({ status }) => status === 200)
    const outside = streams.filter(({ status }) => status !== 200)
    expect(inside).toHaveLength(MAX_PER_CLIENT)
    for (const stream of outside) {
      await stream.done()
      expect(stream.status).toBe(429)
      expect(Number(stream.headers['retry-after'])).toBeGreaterThan(0)
      expect(JSON.parse(stream.text)).toMatchObject({ error: { code: 'too_many_streams' } })
    }
    await Promise.all(inside.map((stream) => stream.when(isOpen)))
    for (const stream of inside) stream.leave()
    await until(async () => {
      const [again] = await open(1)
      again?.leave()
      return again?.status === 200
    }, 'a free place')
  })

  it('end a connection after its time cleanly, so that its reader comes back', async () => {
    const stream = new RawStream(server, { path: PROGRESS })
    await stream.done()
    expect(stream.status).toBe(200)
    expect(stream.text).toMatch(/^retry: \d+\n/)
    expect(stream.text.endsWith('\n\n')).toBe(true)
  })
})

describe('SIGTERM', () => {
  it('ends every open stream cleanly, and the process by itself', async () => {
    const stopped = await startServer({ env: { RUNNEL_MAX_SUBSCRIBERS: '50' } })
    const streams = Array.from({ length: 60 }, () => new RawStream(stopped, { path: PROGRESS }))
    await Promise.all(streams.map((stream) => stream.when(isOpen)))
    const [inside, outside] = [200, 503].map((status) =>
      streams.filter((stream) => stream.status === status),
    )
    expect([inside?.length, outside?.length]).toEqual([50, 10])
    for (const { headers } of outside ?? [])
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    // Had it not ended by itself in time, it would have exited with 1.
    expect(await stopped.stop()).toBe(0)
    await Promise.all(streams.map((stream) => stream.done()))
    for (const { text } of inside ?? []) expect(text.endsWith('\n\n')).toBe(true)
    await stopped.dispose()
  })
})
