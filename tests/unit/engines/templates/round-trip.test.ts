import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChatTemplate } from '@/lib/engines/local/templates/chat-template'
import {
  createReplyReader,
  opensThought,
} from '@/lib/engines/local/templates/reading/create-reply-reader'
import { deriveFormat, writtenReply } from '@/lib/engines/local/templates/reading/derive-format'
import type { ChatMessage, ToolDefinition } from '@/lib/engines/types'
import { llamaTemplates } from '@/tests/support/templates/llama-source'
import { cut, readReply } from '@/tests/support/templates/read-reply'

const types = ['string', 'integer', 'number', 'boolean', 'null', 'array', 'object']
const tools: ToolDefinition[] = ['get_weather', 'find'].map((name) => ({
  name,
  description: 'Does something.',
  parameters: {
    type: 'object',
    properties: Object.fromEntries(
      [...types, 'empty', 'digits'].map((key) => [
        key,
        { type: types.includes(key) ? key : 'string', description: 'One of them.' },
      ]),
    ),
  },
}))

const PLAIN = '{"string": "Paris", "integer": 3}'
const ALL =
  '{"string": "it\'s \\"so\\" <b>\\n é", "integer": 12345678901234567890, "number": 2.5, "boolean": true, "null": null, "array": [1, "a", {"k": [false, null]}], "object": {"x": {"y": "z"}, "w": 1}, "empty": "", "digits": "42"}'
const call = (name: string, args: string, id = 'abcdefgh0') => ({ id, name, arguments: args })

type Answer = Extract<ChatMessage, { role: 'assistant' }> & { content: string }
const answer = (more: Omit<Partial<Answer>, 'role'>): Answer => ({
  role: 'assistant',
  content: '',
  ...more,
})
const SAMPLES: Record<string, Answer> = {
  'one call': answer({ toolCalls: [call('get_weather', PLAIN)] }),
  'two calls': answer({
    toolCalls: [
      call('get_weather', PLAIN),
      call('find', '{"string": "x", "array": [1]}', 'abcdefgh1'),
    ],
  }),
  'text before': answer({ content: 'Let me look.', toolCalls: [call('get_weather', PLAIN)] }),
  'thought before': answer({
    reasoning: 'I must look.\nYes.',
    toolCalls: [call('get_weather', PLAIN)],
  }),
  'all types': answer({ toolCalls: [call('find', ALL)] }),
  'no arguments': answer({ toolCalls: [call('get_weather', '{}')] }),
  'thought and answer': answer({ content: 'Here it is.\n\n  So.', reasoning: 'I think.' }),
}

/** What can't come back, because the template does not write it so that it could. */
const LOST: Readonly<Record<string, readonly string[]>> = {
  // A null is written as nothing.
  'all types': ['MiniMax-M3'],
  // Text beside calls is written as a turn of its own, or as a thought.
  'text before': ['NVIDIA-Nemotron-Nano-v2', 'openai-gpt-oss-120b'],
}

/** Marks that end a turn, which end the generation, and so never come to the reader. */
const TURN_END =
  /(?:\s*(?:<\|(?:im_end|eom_id|call|calls|eot_id|eot|end|END_OF_TURN_TOKEN|message_sep|end_of_text|role_end|assistant_end|observation|tool_response|CHATBOT_TOKEN|START_THINKING|END_THINKING)\|?>|<\/s>|<seed:eos>|<\|close\|>message<\|sep\|><\|end_of_msg\|>|\[e~\[|<｜(?:end▁of▁sentence|Assistant|hy_eos:opensource)｜>|<end_of_sentence>|<turn\|>|<\/assistant>|<SPECIAL_12>|<sep>))+\s*$/

/** What the family writes for an answer, and the prompt that it follows; undefined where it can't write it. */
function written(template: ChatTemplate, message: Answer, isThinking: boolean) {
  const thinking = isThinking ? { enabled: true } : {}
  const found = writtenReply(template, message, thinking)
  const isWhole =
    found?.reply.includes(message.reasoning ?? '') &&
    found.reply.includes(message.content) &&
    (message.toolCalls ?? []).every(({ name }) => found.reply.includes(name))
  if (!found || !isWhole) return undefined
  const reply = found.reply.replace(/<\|START_OF_TURN_TOKEN\|>[\s\S]*$/, '').replace(TURN_END, '')
  return { reply, prompt: found.prompt }
}

const canonical = (json: string): unknown => JSON.parse(json)

describe('an answer that a family writes', () => {
  const counts = new Map<string, { right: number; all: number }>()
  const families = [...llamaTemplates()].map(([name, source]) => {
    const template = new ChatTemplate(source, { bos: '<s>', eos: '</s>' })
    return { name, template, format: deriveFormat(template) }
  })

  it.each(families)('is read as what it was: $name', ({ name, template, format }) => {
    const wrong: unknown[] = []
    for (const [sample, message] of Object.entries(SAMPLES)) {
      if ((message.toolCalls?.length ?? 0) > 0 && !template.capabilities.calls) continue
      if (sample === 'two calls' && !template.capabilities.parallelCalls) continue
      const hasThought = message.reasoning !== undefined
      const found =
        written(template, message, hasThought) ??
        (hasThought ? written(template, message, false) : undefined)
      if (!found) continue
      const opened =
        template.attempt([{ role: 'user', content: 'Quserq' }], tools, { enabled: true }) ?? ''
      const prompt = hasThought && opensThought(format, opened) ? opened : found.prompt
      const expected = {
        text: message.content,
        reasoning: message.reasoning ?? '',
        calls: (message.toolCalls ?? []).map((each) => [each.name, canonical(each.arguments)]),
      }
      const read = (sizes: readonly number[]) => {
        const reply = readReply(createReplyReader(format, tools, prompt), cut(found.reply, sizes))
        return {
          text: reply.text.trim(),
          reasoning: reply.reasoning,
          calls: reply.calls.map((each) => [each.name, canonical(each.arguments)]),
        }
      }
      const count = counts.get(sample) ?? { right: 0, all: 0 }
      counts.set(sample, count)
      count.all++
      try {
        fc.assert(
          fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
            expect(read(sizes)).toEqual(expected)
          }),
          { numRuns: 15, examples: [[[1]], [[3]], [[100_000]]] },
        )
        count.right++
      } catch (error) {
        if (!LOST[sample]?.includes(name))
          wrong.push({ sample, reply: found.reply, error: String(error) })
      }
    }
    expect(wrong).toEqual([])
  })

  it('is read right more often than by any other server', () => {
    const lines = [...counts].map(([sample, { right, all }]) => `${sample}: ${right} of ${all}`)
    console.log(['Read as it was written:', ...lines].join('\n'))
    const right = (sample: string) => counts.get(sample)?.right ?? 0
    expect(right('one call')).toBeGreaterThanOrEqual(63)
    expect(right('two calls')).toBeGreaterThanOrEqual(57)
    expect(right('text before')).toBeGreaterThanOrEqual(47)
    expect(right('thought before')).toBeGreaterThanOrEqual(32)
    expect(right('all types')).toBeGreaterThanOrEqual(62)
    expect(right('thought and answer')).toBeGreaterThanOrEqual(28)
  })
})
