import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { generateText, jsonSchema, streamText, tool } from 'ai'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startServer, type TestServer } from '@/tests/support/server'

let server: TestServer
let openai: OpenAI

beforeAll(async () => {
  server = await startServer({ env: { RUNNEL_THREADS: '1' } })
  openai = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 })
  await server.json('/v1/models/storyteller/load', { method: 'POST' })
})
afterAll(() => server.dispose())

const model = 'storyteller'
const story: OpenAI.ChatCompletionMessageParam[] = [
  { role: 'user', content: 'Tell me a story about a fox and a kite.' },
]

const character = z.strictObject({
  name: z.string().max(20),
  kind: z.enum(['fox', 'owl', 'bear']),
  age: z.int().min(1).max(99),
  brave: z.boolean(),
  friends: z
    .array(z.strictObject({ name: z.string().max(10), far: z.boolean().nullable() }))
    .max(2),
})
const schema = z.toJSONSchema(character)
const asCharacter: OpenAI.ResponseFormatJSONSchema = {
  type: 'json_schema',
  json_schema: { name: 'character', schema, strict: true },
}

const weather: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather in a place',
    parameters: {
      type: 'object',
      properties: { place: { type: 'string', maxLength: 12 }, days: { type: 'integer' } },
      required: ['place', 'days'],
      additionalProperties: false,
    },
  },
}
const time: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'time',
    parameters: {
      type: 'object',
      properties: { zone: { enum: ['utc', 'local'] } },
      required: ['zone'],
      additionalProperties: false,
    },
  },
}
const weatherArguments = z.strictObject({ place: z.string().max(12), days: z.int() })

describe('an answer that must follow a schema', () => {
  it('always does: 100 seeds', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, seed) =>
        openai.chat.completions.create({
          model,
          messages: story,
          seed,
          temperature: 1.2,
          response_format: asCharacter,
        }),
      ),
    )
    for (const { choices } of answers) {
      expect(choices[0]?.finish_reason).toBe('stop')
      character.parse(JSON.parse(choices[0]?.message.content ?? ''))
    }
  })

  it('streams as JSON too', async () => {
    const stream = openai.chat.completions.stream({
      model,
      messages: story,
      seed: 3,
      response_format: asCharacter,
    })
    const final = await stream.finalChatCompletion()
    character.parse(JSON.parse(final.choices[0]?.message.content ?? ''))
  })

  it('goes back as the helpers of the SDK have left it', async () => {
    const answer = await openai.chat.completions.parse({
      model,
      messages: story,
      seed: 3,
      response_format: asCharacter,
    })
    const asked = {
      model,
      messages: story,
      tools: [time],
      tool_choice: 'required' as const,
      seed: 3,
    }
    const called = await openai.chat.completions.stream(asked).finalChatCompletion()
    const messages: OpenAI.ChatCompletionMessageParam[] = [...story]
    for (const { message } of [...answer.choices, ...called.choices]) {
      messages.push(message)
      for (const { id } of message.tool_calls ?? [])
        messages.push({ role: 'tool', tool_call_id: id, content: 'done' })
    }
    const next = await openai.chat.completions.create({ model, messages, max_tokens: 3 })
    expect(next.choices[0]?.message.content).not.toBe('')
  })

  it('is a JSON object when only that is asked for', async () => {
    const answer = await openai.chat.completions.create({
      model,
      messages: story,
      seed: 1,
      max_tokens: 400,
      response_format: { type: 'json_object' },
    })
    if (answer.choices[0]?.finish_reason === 'stop')
      expect(JSON.parse(answer.choices[0].message.content ?? '')).toBeTypeOf('object')
    expect(answer.choices[0]?.message.content).toMatch(/^\s*\{/)
  })

  it('refuses what it can not hold a model to, by name', async () => {
    await expect(
      openai.chat.completions.create({
        model,
        messages: story,
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'x', schema: { type: 'object', not: { required: ['a'] } } },
        },
      }),
    ).rejects.toMatchObject({ status: 400, code: 'unsupported_schema' })
  })
})

describe('tools', () => {
  it('are called when that is required, with arguments that fit their schema', async () => {
    for (let seed = 0; seed < 10; seed++) {
      const answer = await openai.chat.completions.create({
        model,
        messages: story,
        seed,
        tools: [weather, time],
        tool_choice: { type: 'function', function: { name: 'weather' } },
      })
      const [choice] = answer.choices
      expect(choice?.finish_reason).toBe('tool_calls')
      expect(choice?.message.content).toBeNull()
      const [call] = choice?.message.tool_calls ?? []
      if (call?.type !== 'function') throw new Error('No function was called.')
      expect(call.function.name).toBe('weather')
      weatherArguments.parse(JSON.parse(call.function.arguments))
    }
  })

  it('stream their arguments, and the pieces make the same call', async () => {
    const params = {
      model,
      messages: story,
      seed: 4,
      tools: [weather],
      tool_choice: 'required' as const,
      parallel_tool_calls: false,
    }
    const whole = await openai.chat.completions.create(params)
    const pieces: OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall[] = []
    const stream = await openai.chat.completions.create({ ...params, stream: true })
    for await (const { choices } of stream) pieces.push(...(choices[0]?.delta.tool_calls ?? []))
    const [call] = whole.choices[0]?.message.tool_calls ?? []
    if (call?.type !== 'function') throw new Error('No function was called.')
    expect(pieces[0]).toMatchObject({ index: 0, type: 'function', id: expect.any(String) })
    expect(pieces.map((piece) => piece.function?.arguments).join('')).toBe(call.function.arguments)
    expect(pieces.length).toBeGreaterThan(2)
  })

  it('may be called several times in one answer, each with an id of its own', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, seed) =>
        openai.chat.completions.create({
          model,
          messages: story,
          seed,
          temperature: 1.5,
          tools: [weather, time],
          tool_choice: 'required',
        }),
      ),
    )
    const calls = answers.map(({ choices }) => choices[0]?.message.tool_calls ?? [])
    expect(Math.max(...calls.map(({ length }) => length))).toBeGreaterThan(1)
    for (const each of calls) expect(new Set(each.map(({ id }) => id)).size).toBe(each.length)
  })

  it('are called with an empty object when they declare nothing', async () => {
    const nothing = { type: 'function' as const, function: { name: 'now', parameters: {} } }
    const answer = await openai.chat.completions.create({
      model,
      messages: story,
      seed: 1,
      tools: [nothing],
      tool_choice: 'required',
      parallel_tool_calls: false,
    })
    const [choice] = answer.choices
    expect(choice?.message).toMatchObject({
      content: null,
      tool_calls: [{ function: { name: 'now', arguments: '{}' } }],
    })
  })

  it('leave nothing of a call in the content wherever `max_tokens` cuts it', async () => {
    for (const max_tokens of [2, 8, 16, 24]) {
      const answer = await openai.chat.completions.create({
        model,
        messages: story,
        seed: 1,
        max_tokens,
        tools: [weather],
        tool_choice: 'required',
      })
      const [choice] = answer.choices
      expect(choice?.message.content ?? '').toBe('')
      if (choice?.finish_reason !== 'tool_calls') expect(choice?.finish_reason).toBe('length')
    }
  })

  it('take their results back', async () => {
    const first = await openai.chat.completions.create({
      model,
      messages: story,
      seed: 1,
      tools: [weather],
      tool_choice: 'required',
      parallel_tool_calls: false,
    })
    const message = first.choices[0]?.message
    const [call] = message?.tool_calls ?? []
    if (!message || !call) throw new Error('No function was called.')
    const second = await openai.chat.completions.create({
      model,
      messages: [...story, message, { role: 'tool', tool_call_id: call.id, content: 'sunny' }],
      tools: [weather],
      max_tokens: 20,
    })
    expect(second.choices[0]?.message.role).toBe('assistant')
  })

  it('are left alone when the choice is none', async () => {
    const answer = await openai.chat.completions.create({
      model,
      messages: story,
      seed: 1,
      max_tokens: 40,
      tools: [weather],
      tool_choice: 'none',
    })
    expect(answer.choices[0]?.message.tool_calls).toBeUndefined()
    expect(answer.choices[0]?.message.content).toMatch(/fox/i)
  })
})

describe('the ai package', () => {
  const provider = () =>
    createOpenAICompatible({
      name: 'runnel',
      baseURL: `${server.url}/v1`,
      apiKey: server.key,
      includeUsage: true,
    })(model)

  it('generates and streams text with usage', async () => {
    const prompt = 'Tell me a story about a fox and a kite.'
    const whole = await generateText({ model: provider(), prompt, seed: 1, maxRetries: 0 })
    expect(whole.text).toMatch(/fox/i)
    const stream = streamText({ model: provider(), prompt, seed: 1, maxRetries: 0 })
    let text = ''
    for await (const part of stream.textStream) text += part
    expect(text).toBe(whole.text)
    expect((await stream.usage).outputTokens).toBe(whole.usage.outputTokens)
  })

  it('calls a tool', async () => {
    const { toolCalls } = await generateText({
      model: provider(),
      prompt: 'What is the weather?',
      seed: 1,
      maxRetries: 0,
      toolChoice: 'required',
      tools: {
        weather: tool({
          inputSchema: jsonSchema<{ place: string; days: number }>({
            type: 'object',
            properties: { place: { type: 'string', maxLength: 12 }, days: { type: 'integer' } },
            required: ['place', 'days'],
            additionalProperties: false,
          }),
        }),
      },
    })
    expect(toolCalls[0]?.toolName).toBe('weather')
    weatherArguments.parse(toolCalls[0]?.input)
  })
})
