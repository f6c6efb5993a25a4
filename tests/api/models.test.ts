import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type {
  modelCard,
  modelDetails,
  modelReport,
  systemReport,
  verification,
} from '@/lib/models/schemas'
import { startServer, type TestServer } from '../support/server'
import { until } from '../support/until'

const STORYTELLER = 'models/storyteller/storyteller.gguf'
const SIZE = 1_307_968

type Model = z.infer<typeof modelReport>
type Details = z.infer<typeof modelDetails>
type Card = z.infer<typeof modelCard>

let server: TestServer

beforeAll(async () => {
  // A thread count that is given is not measured, which would take longer than the tests.
  server = await startServer({ env: { RUNNEL_THREADS: '1' } })
})

afterAll(() => server.dispose())

const post = (path: string) => server.fetch(path, { method: 'POST' })

const patch = (path: string, body: object) =>
  server.json<Details>(path, { method: 'PATCH', body: JSON.stringify(body) })

async function restartWith(paths: readonly string[]): Promise<void> {
  await server.stop()
  for (const path of paths) {
    mkdirSync(dirname(join(server.dataDir, path)), { recursive: true })
    copyFileSync(STORYTELLER, join(server.dataDir, path))
  }
  await server.start()
}

describe('the list', () => {
  it('has the built-in model from the first start, in the shape of OpenAI', async () => {
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key })
    const list = await client.models.list()
    expect(list.data).toMatchObject([
      { id: 'storyteller', object: 'model', owned_by: 'runnel', created: expect.any(Number) },
    ])
    expect(await client.models.retrieve('storyteller')).toMatchObject({
      id: 'storyteller',
      architecture: 'llama',
      parameters: 1_197_440,
      quantization: 'Q8_0',
      context_length: 1024,
      size: SIZE,
      fit: {
        verdict: 'fits',
        context_length: 1024,
        context_reason: '1,024 tokens, as trained, in 4 sequences',
      },
      loaded: null,
    })
  })

  it('needs a key', async () => {
    const response = await fetch(`${server.url}/v1/models`)
    expect(response.status).toBe(401)
  })
})

describe('a model that is not there', () => {
  it.each([
    ['GET', '/v1/models/gpt-4'],
    ['DELETE', '/v1/models/acme/none:Q8_0'],
    ['POST', '/v1/models/acme%2Fnone/load'],
  ])('%s %s says what is there', async (method, path) => {
    const response = await server.fetch(path, { method })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({
      error: { code: 'model_not_found', param: 'model', hint: 'Installed are: storyteller.' },
    })
  })

  it('is told apart from an action that is not there', async () => {
    const response = await post('/v1/models/storyteller/paint')
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: { code: 'unknown_path' } })
  })
})

describe('memory', () => {
  it('is taken by loading and given back by unloading', async () => {
    const loaded = await server.json<Details>('/v1/models/storyteller/load', { method: 'POST' })
    expect(loaded.loaded).toMatchObject({ state: 'ready', active: 0 })
    const system = await server.json<z.infer<typeof systemReport>>('/v1/system')
    expect(system.memory.models).toBeGreaterThan(SIZE)
    expect(system.memory.available).toBeLessThanOrEqual(system.memory.total)
    expect(system.disk.free).toBeLessThan(system.disk.total)
    const after = await server.json<Details>('/v1/models/storyteller/unload', { method: 'POST' })
    expect(after.loaded).toBeNull()
  })
})

describe('what people write on a model', () => {
  it('is kept over a restart', async () => {
    const written = { notes: 'For tests.', tags: ['small', 'story'] }
    await patch('/v1/models/storyteller', written)
    await server.stop()
    await server.start()
    expect(await server.json('/v1/models/storyteller')).toMatchObject(written)
    await patch('/v1/models/storyteller', { notes: '', tags: [] })
  })

  it('is refused when it is not of the right form', async () => {
    const response = await server.fetch('/v1/models/storyteller', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: '{"tags":"small"}',
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { param: 'tags' } })
  })
})

describe('the card of a model', () => {
  it('has what its header and its installation say, and nothing of this machine', async () => {
    await patch('/v1/models/storyteller', { notes: 'For tests.', tags: ['story'] })
    const card = await server.json<Card>('/v1/models/storyteller/card')
    const sha256 = createHash('sha256').update(readFileSync(STORYTELLER)).digest('hex')
    expect(card).toEqual({
      id: 'storyteller',
      object: 'model.card',
      name: 'Storyteller',
      family: 'llama',
      parameters: 1_197_440,
      quantization: 'Q8_0',
      size: SIZE,
      context_length: 1024,
      vocabulary_size: 1024,
      licence: 'mit',
      has_chat_template: true,
      has_vision: false,
      sampling: {},
      tags: ['story'],
      notes: 'For tests.',
      source: {
        ref: 'builtin:storyteller',
        owner: 'runnel',
        revision: null,
        added_at: expect.any(Number),
      },
      files: [{ name: 'storyteller.gguf', size: SIZE, sha256, role: 'weights' }],
    })
    await patch('/v1/models/storyteller', { notes: '', tags: [] })
  })

  it('is a 404 for a model that is not there', async () => {
    const response = await server.fetch('/v1/models/hf/nobody/none/card')
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: { code: 'model_not_found' } })
  })
})

describe('the settings of a model', () => {
  const path = '/v1/models/storyteller/settings'
  const put = (body: object) =>
    server.fetch(path, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  afterAll(() => put({}))

  it('are kept, count from the next load on, and the answer says so', async () => {
    await post('/v1/models/storyteller/load')
    expect(await server.json(path)).toEqual({
      id: 'storyteller',
      settings: {},
      needs_reload: false,
    })
    const settings = { context_size: 512, parallel: 2, kv_type_k: 'q8_0' }
    expect(await (await put(settings)).json()).toEqual({
      id: 'storyteller',
      settings,
      needs_reload: true,
    })
    await post('/v1/models/storyteller/unload')
    await post('/v1/models/storyteller/load')
    expect(await server.json(path)).toMatchObject({ settings, needs_reload: false })
    expect(await server.json('/v1/models/storyteller')).toMatchObject({
      fit: { context_length: 512, parallel: 2 },
      loaded: {
        context_size: 512,
        parallel: 2,
        context_reason:
          "512 tokens by the model's setting context_size, of 1,024 trained, in 2 sequences",
      },
    })
  })

  it('say how it is asked where a request does not, at once', async () => {
    const tell = async (body: object) => {
      const response = await server.fetch('/v1/infer', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'storyteller',
          prompt: 'Once upon',
          max_tokens: 24,
          ...body,
        }),
      })
      return (await response.json()).text
    }
    const plain = await tell({ seed: 3 })
    expect(await tell({ seed: 3, xtc_probability: 1, xtc_threshold: 0.05 })).not.toBe(plain)
    const greedy = await tell({ temperature: 0 })
    await put({ sampling: { temperature: 0 } })
    expect(await tell({ seed: 1 })).toBe(greedy)
    expect(await tell({ seed: 2 })).toBe(greedy)
    expect(await tell({ seed: 1, temperature: 2 })).not.toBe(greedy)
  })

  it('begin a chat that has no system message with their own, which is counted too', async () => {
    const count = async (body: object) => {
      const { input_tokens } = await server.json<{ input_tokens: number }>(
        '/v1/messages/count_tokens',
        {
          method: 'POST',
          body: JSON.stringify({
            model: 'storyteller',
            messages: [{ role: 'user', content: 'Hello.' }],
            ...body,
          }),
        },
      )
      return input_tokens
    }
    const system_prompt = 'You tell stories about a fox and a kite.'
    await put({})
    const [without, given] = [await count({}), await count({ system: system_prompt })]
    expect(given).toBeGreaterThan(without)
    await put({ system_prompt })
    expect(await count({})).toBe(given)
    const answer = await server.json<{ usage: { prompt_tokens: number } }>('/v1/chat/completions', {
      method: 'POST',
      body: JSON.stringify({
        model: 'storyteller',
        max_tokens: 1,
        messages: [{ role: 'user', content: 'Hello.' }],
      }),
    })
    expect(answer.usage.prompt_tokens).toBe(given)
  })

  it('are refused with the numbers where they can not work, and stay as they were', async () => {
    const before = await server.json(path)
    const refused = await put({ context_size: 2048 })
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({
      error: {
        message: 'context_size is 2048, and the model was trained for 1024 tokens.',
        param: 'context_size',
      },
    })
    expect((await put({ nonsense: 1 })).status).toBe(400)
    expect(await server.json(path)).toEqual(before)
  })
})

describe('files that were put there by hand', () => {
  const path = 'models/hf/acme/tiny/tiny-Q8_0.gguf'
  const url = '/v1/models/acme/tiny:Q8_0'

  it('are models after a start, under an id with slashes', async () => {
    await restartWith([path])
    const { data } = await server.json<{ data: Model[] }>('/v1/models')
    expect(data.map(({ id }) => id)).toContain('acme/tiny:Q8_0')
    const encoded = `/v1/models/${encodeURIComponent('acme/tiny:Q8_0')}`
    expect(await server.json(encoded)).toMatchObject({ id: 'acme/tiny:Q8_0', owned_by: 'acme' })
  })

  it('are verified when they are asked to be, and a change is seen', async () => {
    type Result = z.infer<typeof verification>
    const verify = (id: string) =>
      server.json<Result>(`/v1/models/${id}/verify`, { method: 'POST' })
    expect(await verify('storyteller')).toMatchObject({ ok: true, files: [{ result: 'matches' }] })
    expect(await verify('acme/tiny:Q8_0')).toMatchObject({
      ok: true,
      files: [{ result: 'nothing_to_compare' }],
    })
    const file = join(server.dataDir, path)
    writeFileSync(file, readFileSync(file).subarray(0, SIZE - 100))
    const cut = await verify('acme/tiny:Q8_0')
    expect(cut).toMatchObject({ ok: false, problem: expect.stringContaining('cut off') })
    expect(await server.json<Details>(url)).toMatchObject({ damaged: true, missing: false })
  })

  it('are said to be missing when they go away while the server runs', async () => {
    await restartWith([path])
    rmSync(join(server.dataDir, path))
    const refusal = { error: { code: 'model_file_missing', param: 'model' } }
    const load = await post(`${url}/load`)
    expect(load.status).toBe(404)
    expect(await load.json()).toMatchObject(refusal)
    const answer = await server.fetch('/v1/infer', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'acme/tiny:Q8_0', prompt: 'Once' }),
    })
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject(refusal)
    expect(await server.json<Details>(url)).toMatchObject({ missing: true })
    copyFileSync(STORYTELLER, join(server.dataDir, path))
    expect((await post(`${url}/load`)).status).toBe(200)
    expect((await post(`${url}/unload`)).status).toBe(200)
  })

  it('are deleted with their folders, and what was freed is said', async () => {
    await restartWith([path])
    const response = await server.fetch(url, { method: 'DELETE' })
    expect(await response.json()).toMatchObject({ deleted: true, freed_bytes: SIZE })
    expect(existsSync(join(server.dataDir, 'models/hf'))).toBe(false)
    expect((await server.fetch(url)).status).toBe(404)
  })

  it('are found by their id, whatever the name of the file is', async () => {
    const id = 'mine/100% [a] #1? ünï'
    await restartWith([`models/${id}.gguf`])
    const path = `/v1/models/${encodeURIComponent(id)}`
    expect(await server.json<Details>(path)).toMatchObject({ id })
    expect(await patch(path, { notes: 'odd' })).toMatchObject({ id, notes: 'odd' })
    expect((await post(`${path}/verify`)).status).toBe(200)
    expect((await server.fetch(path, { method: 'DELETE' })).status).toBe(200)
  })

  it('are kept while they are in use, unless it is forced', async () => {
    await restartWith([path])
    const leaving = new AbortController()
    const stream = await server.fetch('/v1/infer', {
      method: 'POST',
      signal: leaving.signal,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'acme/tiny:Q8_0',
        prompt: 'Once upon a time',
        stream: true,
        max_tokens: 900,
      }),
    })
    const text = stream.text().catch(() => '')
    await until(async () => {
      const model = await server.json<Details>(url)
      return (model.loaded?.active ?? 0) > 0
    }, 'the model to be in use')
    const refused = await server.fetch(url, { method: 'DELETE' })
    const forced = await server.fetch(`${url}?force=true`, { method: 'DELETE' })
    leaving.abort()
    await text
    expect(refused.status).toBe(409)
    expect(forced.status).toBe(200)
    expect(existsSync(join(server.dataDir, path))).toBe(false)
  })

  it('the built-in model is never deleted', async () => {
    const response = await server.fetch('/v1/models/storyteller?force=true', { method: 'DELETE' })
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({ error: { code: 'builtin_model' } })
  })
})
