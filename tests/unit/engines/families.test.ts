import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CompleteRequest } from '@/lib/engines/request-defaults'
import type { ChatMessage, EngineEvent, Prompt } from '@/lib/engines/types'
import { writeRecitingModel } from '@/tests/support/endless-model'
import {
  ARGUMENTS,
  FAMILIES,
  THOUGHT,
  WEATHER,
  writeFamilyModel,
} from '@/tests/support/templates/family-models'
import { llamaTemplates } from '@/tests/support/templates/llama-source'
import { createEngine, generate, installed, request } from './support'

/** Families whose models here don't know that their mark ends an answer: for two it is a token, for one only text. */
const ENDS = {
  'poolside-Laguna-XS.2': '</assistant>',
  'inclusionai-ling-3.0-flash': '<|role_end|>',
  'MiniMax-M3': '[e~[',
}
const ENDLESS = Object.keys(ENDS)
const SAID = 'The weather is fine today, as everybody can see.'
const question: ChatMessage = { role: 'user', content: 'How is the weather?' }

describe('a model in a real worker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'runnel-families-'))
  const models = [...FAMILIES, ...ENDLESS].map((family) => {
    const model = installed(family, join(folder, `${family}.gguf`))
    return { ...model, gguf: { ...model.gguf, contextLength: 4096 } }
  })
  const { engine } = createEngine({ contextSize: 2048, parallel: 2 }, models)
  beforeAll(() => {
    for (const [at, family] of FAMILIES.entries()) writeFamilyModel(models[at]?.file ?? '', family)
    for (const [at, [family, end]] of Object.entries(ENDS).entries()) {
      const thought = family === 'inclusionai-ling-3.0-flash' ? 'Hm, let me see.</think>' : ''
      writeRecitingModel(models[FAMILIES.length + at]?.file ?? '', {
        text: `${thought}${SAID}${end}\n<user>And what about tomorrow?`,
        template: llamaTemplates().get(family) ?? '',
      })
    }
  })
  afterAll(async () => {
    await engine.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function ask(
    family: string,
    messages: readonly ChatMessage[],
    more: Partial<CompleteRequest> = {},
    chat: Partial<Extract<Prompt, { kind: 'chat' }>> = {},
  ) {
    const prompt = {
      kind: 'chat' as const,
      messages,
      tools: [WEATHER],
      thinking: { enabled: true },
      ...chat,
    }
    const fields = { model: family, prompt, maxTokens: 300, ...more }
    const events: EngineEvent[] = []
    for await (const event of generate(engine, request(fields), new AbortController().signal))
      events.push(event)
    const said = (kind: 'text' | 'reasoning') =>
      events.map((event) => (event.kind === kind ? event.text : '')).join('')
    const calls = events.filter((event) => event.kind === 'tool')
    const done = events.find((event) => event.kind === 'done')
    return {
      text: said('text'),
      reasoning: said('reasoning'),
      names: calls.flatMap(({ name }) => name ?? []),
      arguments: calls.map(({ argumentsDelta }) => argumentsDelta).join(''),
      first: calls
        .filter(({ index }) => index === 0)
        .map(({ argumentsDelta }) => argumentsDelta)
        .join(''),
      ids: calls.flatMap(({ id }) => id ?? []),
      counted: events.reduce((sum, event) => sum + ('tokens' in event ? event.tokens : 0), 0),
      done,
    }
  }

  it.each(FAMILIES)('of the family %s: thought and call come apart', async (family) => {
    const answer = await ask(family, [question])
    expect(answer).toMatchObject({ text: '', reasoning: THOUGHT, names: ['find_weather'] })
    expect(JSON.parse(answer.arguments)).toEqual(JSON.parse(ARGUMENTS))
    expect(answer.done?.finishReason).toBe('tool_calls')
    expect(answer.done?.usage.reasoningTokens).toBeGreaterThan(0)
    expect(answer.counted).toBeLessThanOrEqual(answer.done?.usage.completionTokens ?? 0)
    // What it wrote comes back with the result, and nothing is refused.
    const [id = ''] = answer.ids
    const back = await ask(family, [
      question,
      {
        role: 'assistant',
        content: '',
        reasoning: answer.reasoning,
        toolCalls: [{ id, name: 'find_weather', arguments: answer.arguments }],
      },
      { role: 'tool', toolCallId: id, content: 'Wind.' },
    ])
    expect(back.done?.usage.promptTokens).toBeGreaterThan(answer.done?.usage.promptTokens ?? 0)
  })
  it.each(FAMILIES)('of the family %s: its own call is what its grammar allows', async (family) => {
    for (const toolChoice of ['required', { name: 'find_weather' }] as const) {
      const answer = await ask(family, [question], {}, { toolChoice })
      expect(answer).toMatchObject({ text: '', reasoning: THOUGHT, names: ['find_weather'] })
      expect(JSON.parse(answer.arguments)).toEqual(JSON.parse(ARGUMENTS))
      expect(answer.done?.finishReason).toBe('tool_calls')
    }
  })

  it.each(FAMILIES)('of the family %s: a strict tool gets what its schema says', async (family) => {
    const days = { type: 'integer', enum: [7] }
    const parameters = {
      ...WEATHER.parameters,
      properties: { city: { type: 'string', maxLength: 12 }, days },
      required: ['city', 'days'],
    }
    const tools = [{ ...WEATHER, parameters, strict: true }]
    const answer = await ask(family, [question], { maxTokens: 120 }, { tools })
    expect(answer).toMatchObject({ reasoning: expect.stringContaining(THOUGHT) })
    expect(JSON.parse(answer.first)).toMatchObject({ days: 7 })
  })

  it('a strict tool whose schema can not be held is refused before anything is written', async () => {
    const parameters = { type: 'object', properties: { city: { not: { type: 'string' } } } }
    const tools = [{ ...WEATHER, parameters, strict: true }]
    for (const family of FAMILIES) {
      const asked = ask(family, [question], {}, { tools })
      await expect(asked).rejects.toMatchObject({ code: 'unsupported_schema', status: 400 })
    }
  })

  it.each(FAMILIES)(
    'of the family %s: a budget ends its thought by its own mark',
    async (family) => {
      const whole = await ask(family, [question])
      const short = await ask(family, [question], { reasoningBudget: 2, maxTokens: 60 })
      expect(THOUGHT.startsWith(short.reasoning)).toBe(true)
      expect(short.reasoning).not.toBe('')
      expect(short.reasoning.length).toBeLessThan(THOUGHT.length)
      expect(short.done?.usage.reasoningTokens).toBeLessThan(whole.done?.usage.reasoningTokens ?? 0)
      const none = await ask(family, [question], { reasoningBudget: 0, maxTokens: 60 })
      expect(none.reasoning).toBe('')
    },
  )

  it.each(ENDLESS)('of the family %s: its own mark ends an answer that goes on', async (family) => {
    const answer = await ask(family, [question], {}, { tools: [], thinking: undefined })
    expect(answer.text.trim()).toBe(SAID)
    expect(answer.done?.finishReason).toBe('stop')
  })
})
