import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChatTemplate } from '@/lib/engines/local/templates/chat-template'
import { writtenReply } from '@/lib/engines/local/templates/reading/derive-format'
import type {
  ChatMessage,
  EngineEvent,
  GenerateRequest,
  Prompt,
  ToolDefinition,
} from '@/lib/engines/types'
import { writeRecitingModel } from '@/tests/support/endless-model'
import { llamaTemplates } from '@/tests/support/templates/llama-source'
import { createEngine, installed, request } from './support'

/** Families that mark off their thoughts and calls in ways of their own; the prompts of some open the thought. */
const FAMILIES = [
  'Qwen3.5-4B',
  'Qwen-Qwen3-0.6B',
  'openai-gpt-oss-120b',
  'GLM-4.7-Flash',
  'deepseek-ai-DeepSeek-V3.2',
  'MiniMax-M2',
  'google-gemma-4-31B-it',
  'NVIDIA-Nemotron-3-Nano-30B-A3B-BF16',
  'ByteDance-Seed-OSS',
  'Kimi-K2-Thinking',
]
const THOUGHT =
  'I have to look that up, because nobody knows by heart how the weather of a far city is going to be on a day.'
const ARGUMENTS = '{"city": "Reykjavik", "days": 3}'
/** What ends a turn ends the generation, so a model says it with its end. */
const TURN_END =
  /(?:\s*(?:<\|(?:im_end|call|observation|tool_response)\|?>|<seed:eos>|\[e~\[|<｜end▁of▁sentence｜>))+\s*$/
const weather: ToolDefinition = {
  name: 'find_weather',
  description: 'The weather of a city',
  parameters: {
    type: 'object',
    properties: {
      city: { type: 'string', description: 'Its name' },
      days: { type: 'integer', description: 'How many' },
    },
  },
}
const question: ChatMessage = { role: 'user', content: 'How is the weather?' }
const templates = llamaTemplates()

/** What a model of the family writes when it thinks and then calls the tool. */
function answerOf(family: string): string {
  const template = new ChatTemplate(templates.get(family) ?? '', { bos: '', eos: '' })
  const toolCalls = [{ id: 'abcdefgh0', name: weather.name, arguments: ARGUMENTS }]
  const answer: ChatMessage = { role: 'assistant', content: '', reasoning: THOUGHT, toolCalls }
  const found = writtenReply(template, answer, { enabled: true })
  return found?.reply.replace(TURN_END, '') ?? ''
}

describe('a model in a real worker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'runnel-families-'))
  const models = FAMILIES.map((family) => {
    const model = installed(family, join(folder, `${family}.gguf`))
    return { ...model, gguf: { ...model.gguf, contextLength: 4096 } }
  })
  const { engine } = createEngine({ contextSize: 2048, parallel: 2 }, models)
  beforeAll(() => {
    for (const [at, family] of FAMILIES.entries())
      writeRecitingModel(models[at]?.file ?? '', {
        text: answerOf(family),
        template: templates.get(family) ?? '',
      })
  })
  afterAll(async () => {
    await engine.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function ask(
    family: string,
    messages: readonly ChatMessage[],
    more: Partial<GenerateRequest> = {},
    chat: Partial<Extract<Prompt, { kind: 'chat' }>> = {},
  ) {
    const prompt = {
      kind: 'chat' as const,
      messages,
      tools: [weather],
      thinking: { enabled: true },
      ...chat,
    }
    const fields = { model: family, prompt, maxTokens: 300, ...more }
    const events: EngineEvent[] = []
    for await (const event of engine.generate(request(fields), new AbortController().signal))
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

  it.each(FAMILIES)(
    'of the family %s: a budget ends its thought by its own mark',
    async (family) => {
      const whole = await ask(family, [question])
      const short = await ask(family, [question], { reasoningBudget: 2, maxTokens: 60 })
      expect(THOUGHT.startsWith(short.reasoning)).toBe(true)
      expect(short.reasoning).not.toBe('')
      expect(short.reasoning.length).toBeLessThan(THOUGHT.length)
      expect(short.done?.usage.reasoningTokens).toBeLessThan(whole.done?.usage.reasoningTokens ?? 0)
      // What it says next is no thought.
      expect(short.text + short.names).not.toBe('')
      const none = await ask(family, [question], { reasoningBudget: 0, maxTokens: 60 })
      expect(none.reasoning).toBe('')
    },
  )
})
