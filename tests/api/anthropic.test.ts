import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { messageAnswer } from '@/lib/protocols/anthropic/schemas'
import { startServer, type TestServer } from '@/tests/support/server'
import { until } from '@/tests/support/until'

let server: TestServer
let anthropic: Anthropic

beforeAll(async () => {
  server = await startServer({ env: { RUNNEL_THREADS: '1' } })
  anthropic = new Anthropic({ baseURL: server.url, apiKey: server.key, maxRetries: 0 })
})
afterAll(() => server.dispose())

const story = {
  model: 'storyteller',
  max_tokens: 40,
  messages: [{ role: 'user' as const, content: 'Tell me a story about a fox and a kite.' }],
}
const look = {
  name: 'look',
  description: 'Looks at something.',
  input_schema: {
    type: 'object' as const,
    properties: { at: { type: 'string', enum: ['fox', 'kite'] } },
    required: ['at'],
    additionalProperties: false,
  },
}

describe('messages through the @anthropic-ai/sdk package', () => {
  test('answers as a whole', async () => {
    const answer = await anthropic.messages.create(story)
    messageAnswer.parse(answer)
    expect(answer.content[0]).toMatchObject({ type: 'text', text: expect.stringMatching(/\w/) })
    expect(answer.usage.output_tokens).toBeGreaterThan(5)
    expect(['end_turn', 'max_tokens']).toContain(answer.stop_reason)
  })

  test('streams', async () => {
    const stream = anthropic.messages.stream(story)
    let text = ''
    stream.on('text', (delta) => {
      text += delta
    })
    const final = await stream.finalMessage()
    expect(final.content).toMatchObject([{ type: 'text', text }])
    expect(final.usage.output_tokens).toBeGreaterThan(5)
    expect(final.stop_reason).not.toBeNull()
  })

  test('stops when its client leaves in mid-stream', async () => {
    const long = { ...story, max_tokens: 4000, stream: true as const }
    const { data, response } = await anthropic.messages.create(long).withResponse()
    for await (const event of data) if (event.type === 'content_block_delta') break
    const path = `/v1/generations/${response.headers.get('x-generation-id')}`
    const ended = async () => (await server.json<{ status: string }>(path)).status === 'done'
    await until(ended)
  })

  test('ends at a text, and says which', async () => {
    const answer = await anthropic.messages.create({ ...story, stop_sequences: ['.', '!', '\n'] })
    expect(answer.stop_reason).toBe('stop_sequence')
    expect(['.', '!', '\n']).toContain(answer.stop_sequence)
  })

  test('calls a tool, and goes on with its result', async () => {
    const asked = {
      ...story,
      max_tokens: 200,
      tools: [look],
      tool_choice: { type: 'any' as const },
    }
    const call = await anthropic.messages.stream(asked).finalMessage()
    const [use] = call.content
    if (use?.type !== 'tool_use') throw new Error(`No call: ${JSON.stringify(call.content)}`)
    expect(call.stop_reason).toBe('tool_use')
    expect(['fox', 'kite']).toContain((use.input as { at: string }).at)
    const next = await anthropic.messages.create({
      ...story,
      tools: [look],
      messages: [
        ...story.messages,
        { role: 'assistant', content: call.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: 'Red.' }] },
      ],
    })
    expect(next.content[0]?.type).toBe('text')
  })

  test('counts the tokens that the prompt then has', async () => {
    const { max_tokens: _, ...counted } = story
    const { input_tokens } = await anthropic.messages.countTokens(counted)
    const { usage } = await anthropic.messages.create({ ...story, max_tokens: 1 })
    expect(input_tokens).toBe(usage.input_tokens + (usage.cache_read_input_tokens ?? 0))
  })

  test('says what is wrong in the shape that its client reads', async () => {
    const wrong = anthropic.messages.create({ ...story, model: 'nobody' })
    await expect(wrong).rejects.toBeInstanceOf(Anthropic.NotFoundError)
    await expect(wrong).rejects.toMatchObject({
      error: { type: 'error', error: { type: 'not_found_error' } },
    })
    const stranger = new Anthropic({ baseURL: server.url, apiKey: 'wrong', maxRetries: 0 })
    await expect(stranger.messages.create(story)).rejects.toMatchObject({
      status: 401,
      error: { error: { type: 'authentication_error' } },
    })
  })

  test('takes what it does not know, and names it', async () => {
    const response = await fetch(`${server.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': server.key, 'content-type': 'application/json' },
      body: JSON.stringify({ ...story, max_tokens: 1, metadata: {}, some_beta: { a: 1 } }),
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-runnel-ignored')).toBe('metadata, some_beta')
  })

  test('finds its prompt in the cache although its first line changes', async () => {
    const system = (cch: string) => [
      { type: 'text' as const, text: `x-anthropic-billing-header: cch=${cch};` },
      { type: 'text' as const, text: 'You tell stories about animals that fly.' },
    ]
    await anthropic.messages.create({ ...story, system: system('1a') })
    const { usage } = await anthropic.messages.create({ ...story, system: system('2b') })
    expect(usage.cache_read_input_tokens).toBeGreaterThan(10)
  })
})
