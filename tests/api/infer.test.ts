import { EventSource } from 'eventsource'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RawStream } from '@/tests/support/raw-stream'
import { startServer, type TestServer } from '@/tests/support/server'

let server: TestServer

beforeAll(async () => {
  server = await startServer({ env: { RUNNEL_THREADS: '1' } })
  await server.json('/v1/models/storyteller/load', { method: 'POST' })
})
afterAll(() => server.dispose())

const story = { prompt: 'Once upon a time', stream: true, seed: 1 }

function query(fields: Record<string, string | number | boolean>): string {
  const pairs = Object.entries(fields).map(([name, value]) => [name, String(value)])
  return `/v1/infer?${new URLSearchParams(pairs)}`
}

describe('POST /v1/infer', () => {
  it('streams tokens with ids, then what was used, then [DONE]', async () => {
    const stream = await new RawStream(server, { path: '/v1/infer', body: story }).done()
    expect(stream.status).toBe(200)
    expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    expect(stream.text).toMatch(/^retry: \d+\n/)
    const id = stream.headers['x-generation-id']
    expect(stream.text).toContain(`\nid: ${id}.1\ndata: {"token":"`)
    expect(stream.events.map((event) => event.id)).toEqual(
      stream.events.map((_, index) => `${id}.${index + 1}`),
    )
    expect(stream.events.at(-1)?.data).toBe('[DONE]')
    const last = JSON.parse(stream.events.at(-2)?.data ?? '')
    expect(last).toMatchObject({ token: '', finish_reason: 'stop' })
    expect(last.usage.completion_tokens).toBeGreaterThan(10)
    expect(last.timings.tokens_per_second).toBeGreaterThan(0)
  })

  it('answers the same text as one object', async () => {
    const stream = await new RawStream(server, { path: '/v1/infer', body: story }).done()
    const response = await server.fetch('/v1/infer', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...story, stream: false }),
    })
    expect(response.headers.get('server-timing')).toContain('generate;dur=')
    expect(await response.json()).toMatchObject({
      model: 'storyteller',
      text: stream.tokens,
      finish_reason: 'stop',
      usage: { prompt_tokens: expect.any(Number), completion_tokens: expect.any(Number) },
      timings: { generation_ms: expect.any(Number) },
    })
  })

  it('is never empty, even where the model would end the text', async () => {
    const ask = (more: object) =>
      server.json<{ text: string }>('/v1/infer', {
        method: 'POST',
        body: JSON.stringify({ prompt: 'Say hello', ...more }),
      })
    expect((await ask({})).text).not.toBe('')
    expect((await ask({ min_tokens: 0 })).text).toBe('')
  })

  it('says how much of a prompt was left out to make it fit', async () => {
    const prompt = 'Once upon a time there was a fox. '.repeat(300)
    const { usage } = await server.json<{
      usage: { prompt_tokens_details: { truncated_tokens: number } }
    }>('/v1/infer', {
      method: 'POST',
      body: JSON.stringify({ prompt, max_tokens: 1, context_policy: 'truncate-middle' }),
    })
    expect(usage.prompt_tokens_details.truncated_tokens).toBeGreaterThan(1000)
  })

  it.each([
    [{ prompt: 5 }, 'prompt'],
    [{ prompt: 'a', temperature: 9 }, 'temperature'],
    [{ prompt: 'a', top_p: -1 }, 'top_p'],
    [{ prompt: 'a', max_tokens: 0 }, 'max_tokens'],
    [{ prompt: 'a', n_predict: 5 }, 'n_predict'],
    [{}, 'prompt'],
  ])('refuses %j and names the field', async (body, param) => {
    const response = await server.fetch('/v1/infer', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { param, type: 'invalid_request_error' } })
  })

  it('needs a key, and says how to bring one', async () => {
    const response = await fetch(`${server.url}/v1/infer`, { method: 'POST', body: '{}' })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: { type: 'authentication_error' } })
  })

  it('goes on after a cut when the same request brings Last-Event-ID, and starts nothing', async () => {
    const first = await new RawStream(server, { path: '/v1/infer', body: story }).done()
    const [, second] = first.events
    const again = await new RawStream(server, {
      path: '/v1/infer',
      body: story,
      headers: { 'last-event-id': second?.id ?? '' },
    }).done()
    expect(again.headers['x-generation-id']).toBe(first.headers['x-generation-id'])
    expect(again.events.map(({ id }) => id)).toEqual(first.events.slice(2).map(({ id }) => id))
  })
})

describe('GET /v1/infer', () => {
  it('serves the eventsource package as a page uses EventSource', async () => {
    const source = new EventSource(server.url + query({ ...story, max_tokens: 20 }), {
      fetch: (url, init) =>
        fetch(url, {
          ...init,
          headers: { ...init.headers, authorization: `Bearer ${server.key}` },
        }),
    })
    const text = await new Promise<string>((resolve, reject) => {
      let tokens = ''
      source.onerror = (event) => reject(new Error(event.message))
      source.onmessage = ({ data }) => {
        if (data !== '[DONE]') {
          tokens += JSON.parse(data).token
          return
        }
        source.close()
        resolve(tokens)
      }
    })
    const whole = await new RawStream(server, {
      path: '/v1/infer',
      body: { ...story, max_tokens: 20 },
    }).done()
    expect(text).toBe(whole.tokens)
  })

  it('answers 204 to a reconnect after the end, so that a browser stops', async () => {
    const path = query({ ...story, max_tokens: 3 })
    const stream = await new RawStream(server, { path }).done()
    const again = await server.fetch(path, {
      headers: { 'last-event-id': stream.lastEventId ?? '' },
    })
    expect(again.status).toBe(204)
  })

  it('never starts a second generation for a reconnect: one that is gone is 404', async () => {
    for (const id of ['0123456789abcdef01234567.4', 'nonsense']) {
      const response = await server.fetch(query(story), { headers: { 'last-event-id': id } })
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ error: { code: 'generation_not_found' } })
    }
  })

  it('gives identical text however often and wherever the connection is cut', async () => {
    for (let round = 0; round < 10; round++) {
      const path = query({ ...story, seed: round })
      const parts: RawStream[] = []
      for (let cuts = 0; ; cuts++) {
        const lastId = parts.findLast(({ lastEventId }) => lastEventId)?.lastEventId
        const cut = cuts < 8 ? 150 + ((round * 7919 + cuts * 104_729) % 900) : Infinity
        const headers: Record<string, string> = lastId ? { 'last-event-id': lastId } : {}
        const part = await new RawStream(server, { path, headers }, cut).done()
        parts.push(part)
        if (part.status === 204 || part.events.at(-1)?.data === '[DONE]') break
      }
      const ids = parts.flatMap(({ events }) => events.map(({ id }) => id))
      const epoch = ids[0]?.split('.')[0]
      expect(ids).toEqual(ids.map((_, index) => `${epoch}.${index + 1}`))
      const report = await server.json<{ text: string }>(`/v1/generations/${epoch}`)
      expect(parts.map(({ tokens }) => tokens).join('')).toBe(report.text)
      expect(parts.length).toBeGreaterThan(3)
    }
  })
})

describe('tokens', () => {
  const post = (path: string, body: object) =>
    server.json<{ tokens: number[]; count: number; text: string }>(path, {
      method: 'POST',
      body: JSON.stringify(body),
    })

  it.each(['Hello there', 'Grüße 🦊 𝒳', ''])(
    'spell the text that they were made of: %j',
    async (text) => {
      const { tokens, count } = await post('/v1/tokenize', { text })
      expect(tokens).toHaveLength(count)
      expect(await post('/v1/detokenize', { tokens })).toEqual({ model: 'storyteller', text })
    },
  )

  it('may be special ones, when that is asked for', async () => {
    const text = '<|im_end|>'
    expect((await post('/v1/tokenize', { text, special: true })).count).toBe(1)
    expect((await post('/v1/tokenize', { text })).count).toBeGreaterThan(1)
  })
})

describe('the methods of the path', () => {
  it('are GET, POST, HEAD and OPTIONS; every other is 405 in JSON', async () => {
    expect((await server.fetch('/v1/infer', { method: 'HEAD' })).status).toBe(200)
    const options = await server.fetch('/v1/infer', { method: 'OPTIONS' })
    expect(options.status).toBe(204)
    expect(options.headers.get('allow')).toBe('GET, POST, HEAD, OPTIONS')
    const put = await server.fetch('/v1/infer', { method: 'PUT' })
    expect(put.status).toBe(405)
    expect(await put.json()).toMatchObject({ error: { code: 'method_not_allowed' } })
  })
})
