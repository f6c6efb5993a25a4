import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { writeVocabularyModel } from '@/tests/support/endless-model'
import { startServer, type TestServer } from '@/tests/support/server'
import {
  ARGUMENTS,
  FAMILIES,
  THOUGHT,
  WEATHER,
  writeFamilyModel,
} from '@/tests/support/templates/family-models'
import { vocabularies } from '@/tests/support/templates/llama-source'

const call = z.object({ function: z.object({ name: z.string(), arguments: z.string() }) })
const message = z.object({
  role: z.literal('assistant'),
  content: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  tool_calls: z.array(call).default([]),
})
const delta = z.object({ reasoning_content: z.string().nullish() })
const messageOf = ({ choices }: OpenAI.ChatCompletion) => message.parse(choices[0]?.message)
const ids = FAMILIES.map((family) => family.toLowerCase().replace(/[^a-z0-9.]+/g, '-'))
const question = { role: 'user' as const, content: 'How is the weather?' }

/** One of each kind; the others are tested without a server. */
const asked = vocabularies().filter(({ name }) => ['llama-spm', 'gpt-2'].includes(name))

let server: TestServer
let openai: OpenAI

beforeAll(async () => {
  server = await startServer({ env: { RUNNEL_CONTEXT_SIZE: '4096', RUNNEL_PARALLEL: '2' } })
  await server.stop()
  const folder = join(server.dataDir, 'models')
  mkdirSync(folder, { recursive: true })
  for (const [at, family] of FAMILIES.entries())
    writeFamilyModel(join(folder, `${ids[at]}.gguf`), family)
  for (const { name, file } of asked) writeVocabularyModel(join(folder, `${name}.gguf`), file)
  await server.start()
  openai = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 })
})
afterAll(() => server.dispose())

describe.each(ids)('a model of the family %s over HTTP', (model) => {
  const thinking = { chat_template_kwargs: { enable_thinking: true } }
  const called: unknown[] = []
  const tools = [
    {
      type: 'function' as const,
      function: {
        ...WEATHER,
        parse: JSON.parse,
        function: (args: unknown) => {
          called.push(args)
          return 'Wind.'
        },
      },
    },
  ]
  const body = { model, messages: [question], max_tokens: 300, temperature: 0, ...thinking }

  it('runs tools for three turns, whole and streamed', async () => {
    called.length = 0
    const whole = openai.chat.completions.runTools({ ...body, tools }, { maxChatCompletions: 3 })
    await whole.done()
    const streamed = openai.chat.completions.runTools(
      { ...body, tools, stream: true },
      { maxChatCompletions: 3 },
    )
    let thought = ''
    streamed.on('chunk', ({ choices }) => {
      thought += delta.parse(choices[0]?.delta ?? {}).reasoning_content ?? ''
    })
    await streamed.done()
    expect(thought).toBe(THOUGHT.repeat(3))
    expect(called).toEqual(Array.from({ length: 6 }, () => JSON.parse(ARGUMENTS)))
    for (const runner of [whole, streamed]) {
      const answers = runner.messages
        .filter(({ role }) => role === 'assistant')
        .map((each) => message.parse(each))
      expect(answers).toHaveLength(3)
      for (const answer of answers) {
        expect(answer.content ?? '').toBe('')
        expect(answer.tool_calls).toHaveLength(1)
        // Of a stream, the package keeps the last piece only of what it doesn't know.
        if (runner === whole) expect(answer.reasoning_content).toBe(THOUGHT)
      }
    }
    for (const { usage } of whole.allChatCompletions())
      expect(usage?.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(3)
  })

  it('thinks and then makes the call that it must, in its own form', async () => {
    const named = { type: 'function' as const, function: { name: WEATHER.name } }
    for (const tool_choice of ['required' as const, named]) {
      const plain = [{ type: 'function' as const, function: WEATHER }]
      const answer = await openai.chat.completions.create({ ...body, tools: plain, tool_choice })
      const { reasoning_content, tool_calls } = messageOf(answer)
      expect(reasoning_content).toBe(THOUGHT)
      expect(tool_calls.map((each) => JSON.parse(each.function.arguments))).toEqual([
        JSON.parse(ARGUMENTS),
      ])
    }
  })

  it('answers in the JSON that it is asked for, without thought and after one', async () => {
    const schema = z.strictObject({ days: z.int().min(1).max(9), windy: z.boolean() })
    const response_format = zodResponseFormat(schema, 'weather')
    const format = { ...body, chat_template_kwargs: undefined, response_format }
    for (const more of [{}, { ...thinking, reasoning_budget: 4 }]) {
      const answer = await openai.chat.completions.parse({ ...format, ...more })
      expect(schema.parse(answer.choices[0]?.message.parsed)).toBeTruthy()
    }
  })

  it('is cut anywhere without a part of a mark in its text', async () => {
    for (let max_tokens = 1; max_tokens < 24; max_tokens += 2) {
      const plain = [{ type: 'function' as const, function: WEATHER }]
      const cut = await openai.chat.completions.create({
        ...body,
        tools: plain,
        max_tokens,
      })
      const { content, reasoning_content, tool_calls } = messageOf(cut)
      expect(content ?? '').toBe('')
      expect(THOUGHT.startsWith(reasoning_content ?? '')).toBe(true)
      for (const each of tool_calls)
        expect(comparable(ARGUMENTS)).toContain(comparable(each.function.arguments))
    }
  })

  it('thinks no longer than its budget', async () => {
    const short = await openai.chat.completions.create({
      ...body,
      max_tokens: 40,
      ...{ reasoning_budget: 2 },
    })
    const thought = messageOf(short).reasoning_content ?? ''
    expect(THOUGHT.startsWith(thought)).toBe(true)
    expect(thought.length).toBeLessThan(THOUGHT.length)
    const none = await openai.chat.completions.create({
      ...body,
      max_tokens: 40,
      ...{ reasoning_budget: 0 },
    })
    expect(messageOf(none).reasoning_content ?? '').toBe('')
  })
})

it.each(asked)('the vocabulary $name gives its tokens, and texts back', async ({ name, texts }) => {
  for (const { text, tokens } of texts) {
    const post = (path: string, body: object) =>
      server.json<unknown>(path, { method: 'POST', body: JSON.stringify({ model: name, ...body }) })
    const answer = await post('/v1/tokenize', { text })
    expect(answer, JSON.stringify(text)).toMatchObject({ tokens, count: tokens.length })
    const back = z.object({ text: z.string() }).parse(await post('/v1/detokenize', { tokens }))
    // SentencePiece begins a text with a blank.
    expect([text, ` ${text}`]).toContain(back.text)
  }
})

const comparable = (json: string): string => json.replace(/[\s}]/g, '')

it.each([-1, 1.5, 'much'])('a budget of %s is refused by name', async (reasoning_budget) => {
  for (const path of ['/v1/chat/completions', '/v1/infer']) {
    const said = path === '/v1/infer' ? { prompt: 'Hi' } : { messages: [question] }
    const response = await server.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: ids[0], ...said, reasoning_budget }),
    })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('reasoning_budget')
  }
})
