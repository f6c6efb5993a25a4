import { afterAll, beforeAll, expect, it } from 'vitest'
import { RawStream } from '@/tests/support/raw-stream'
import { startServer, type TestServer } from '@/tests/support/server'
import { BreakablePath, StuckReader } from '@/tests/support/stuck-reader'
import { scrape } from '@/tests/support/subscribers'
import { until } from '@/tests/support/until'

let server: TestServer
beforeAll(async () => {
  server = await startServer({
    env: { RUNNEL_STALL_TIMEOUT: '1s' },
  })
  await server.json('/v1/models/storyteller/load', { method: 'POST' })
})
afterAll(() => server.dispose())

/** An answer of more bytes than the system keeps for a reader who takes none: 64 choices, with what else was likely. */
function startLargeAnswer(): Promise<RawStream> {
  const stream = new RawStream(server, {
    path: '/v1/chat/completions',
    body: {
      model: 'storyteller',
      messages: [{ role: 'user', content: 'Tell me a story about a fox.' }],
      n: 64,
      max_tokens: 450,
      temperature: 1.5,
      logprobs: true,
      top_logprobs: 20,
      stream: true,
    },
  })
  return stream.when(({ events }) => events.length > 0)
}

it('whoever takes nothing is cut, a peer that has vanished too, and nobody else notices', async () => {
  const path = await BreakablePath.to(server)
  const answer = await startLargeAnswer()
  const address = `/v1/generations/${answer.headers['x-generation-id']}/stream`
  const stuck = [1, 2, 3].map(() => new StuckReader(server, address))
  const vanished = new StuckReader(path.entrance, address)
  const all = [...stuck, vanished]
  await until(() => all.every(({ text }) => text.includes('data: ')), 'the streams to begin')
  for (const reader of stuck) reader.stopReading()
  path.break()
  vanished.leave()
  expect((await scrape(server)).value('runnel_sse_subscribers')).toBe(1 + all.length)

  const cut = async () =>
    (await scrape(server)).value('runnel_sse_closed_total', { reason: 'stalled' })
  await until(async () => (await cut()) === all.length, 'the stuck readers to be cut', 50_000)
  await server.fetch(address.replace(/\/stream$/, ''), { method: 'DELETE' })
  await answer.done()
  expect(answer.events.at(-1)?.data).toBe('[DONE]')
  for (const reader of stuck) {
    reader.readOn()
    await until(() => reader.closed, 'the connection to be gone')
    expect(reader.text.includes('[DONE]')).toBe(false)
  }
  const ids = answer.events.map(({ id }) => Number(id?.split('.')[1]))
  expect(ids).toEqual(ids.map((_, index) => index + 1))
  await path.close()
})
