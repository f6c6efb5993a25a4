import { Mistral } from '@mistralai/mistralai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '@/tests/support/server'

let server: TestServer
let mistral: Mistral

beforeAll(async () => {
  server = await startServer({ env: { RUNNEL_THREADS: '1' } })
  // It adds `/v1` itself, and checks every answer against schemas of its own.
  mistral = new Mistral({ serverURL: server.url, apiKey: server.key })
})
afterAll(() => server.dispose())

const model = 'storyteller'
const messages = [{ role: 'user' as const, content: 'Tell me a story about a fox and a kite.' }]

describe('the client of Mistral', () => {
  it('gets a whole answer, and the same as a stream', async () => {
    const request = { model, messages, maxTokens: 40 }
    const whole = await mistral.chat.complete({ ...request, temperature: 0 })
    let text = ''
    for await (const { data } of await mistral.chat.stream({ ...request, temperature: 0 }))
      text += data.choices[0]?.delta.content ?? ''
    expect(text.length).toBeGreaterThan(20)
    expect(whole.choices[0]?.message?.content).toBe(text)
  })

  it('gets embeddings', async () => {
    const { data, usage } = await mistral.embeddings.create({ model, inputs: ['a fox', 'an owl'] })
    expect(data.map(({ index }) => index)).toEqual([0, 1])
    expect(data[0]?.embedding).toHaveLength(128)
    expect(usage.totalTokens).toBeGreaterThan(1)
  })
})
