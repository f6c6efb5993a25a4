import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChatTemplate } from '@/lib/engines/local/templates/chat-template'
import { createReplyReader } from '@/lib/engines/local/templates/reading/create-reply-reader'
import { deriveFormat } from '@/lib/engines/local/templates/reading/derive-format'
import { ReplyEvents } from '@/lib/engines/local/templates/reading/reply-events'
import type { ToolDefinition } from '@/lib/engines/types'
import { llamaTemplates } from '@/tests/support/templates/llama-source'
import { cut, type Reply, readReply } from '@/tests/support/templates/read-reply'

const templates = llamaTemplates()
const tools: ToolDefinition[] = [
  {
    name: 'weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer' }, dry: { type: 'boolean' } },
    },
  },
  { name: 'time' },
]
const formatOf = (name: string | null) =>
  deriveFormat(
    new ChatTemplate(name === null ? null : (templates.get(name) ?? null), { bos: '', eos: '' }),
  )

type Case = [
  what: string,
  family: string | null,
  prompt: string,
  text: string,
  expected: Partial<Reply>,
]
const city = (args: string, name = 'weather') => ({ name, arguments: args })
const QWEN = 'Qwen-Qwen3-0.6B'
const QWEN35 = 'Qwen3.5-4B'
const LLAMA = 'meta-llama-Llama-3.1-8B-Instruct'
const OSS = 'openai-gpt-oss-120b'

const CASES: readonly Case[] = [
  [
    'a call without arguments, and one with null, as one with none',
    QWEN,
    '',
    '<tool_call>{"name": "time"}</tool_call><tool_call>{"name": "time", "arguments": null}</tool_call>',
    { calls: [city('{}', 'time'), city('{}', 'time')] },
  ],
  [
    'arguments that are no object as text',
    QWEN,
    '',
    '<tool_call>{"name": "time", "arguments": true}</tool_call>',
    { text: '<tool_call>{"name": "time", "arguments": true}</tool_call>' },
  ],
  [
    'plain text',
    QWEN,
    '',
    'Hello <b>you</b> {"a": 1} [x]',
    { text: 'Hello <b>you</b> {"a": 1} [x]' },
  ],
  [
    'a model without a template',
    null,
    '',
    'Yes.\n<tool_call>{"name": "weather", "arguments": {"city": "Oslo }\\""}}</tool_call>',
    { text: 'Yes.', calls: [city('{"city": "Oslo }\\""}')] },
  ],
  [
    'an unknown function first',
    QWEN,
    '',
    '<tool_call>\n{"name": "nobody", "arguments": {"a": 1}}\n</tool_call>\n<tool_call>\n{"name": "time", "arguments": {}}\n</tool_call>',
    {
      text: '<tool_call>\n{"name": "nobody", "arguments": {"a": 1}}\n</tool_call>',
      calls: [city('{}', 'time')],
    },
  ],
  [
    'an unknown function first in a list',
    'mistralai-Mistral-Nemo-Instruct-2407',
    '',
    '[TOOL_CALLS][{"name": "nobody", "arguments": {}}, {"name": "time", "arguments": {}}]',
    { text: '[TOOL_CALLS][{"name": "nobody", "arguments": {}}', calls: [city('{}', 'time')] },
  ],
  ['a mark that stays alone', QWEN, '', 'a <tool_call> b', { text: 'a <tool_call> b' }],
  ['half a mark at the end', QWEN, '', 'a <tool_c', { text: 'a <tool_c' }],
  [
    'a call that is cut',
    QWEN,
    '',
    '<tool_call>\n{"name": "weather", "arguments": {"city": "Os',
    { calls: [city('{"city": "Os')] },
  ],
  [
    'a thought that the prompt has opened',
    QWEN35,
    'assistant\n<think>\n',
    'Well.\n\nSo.\n</think>\n\nHello!',
    { reasoning: 'Well.\n\nSo.', text: 'Hello!' },
  ],
  [
    'a thought that the model opens',
    QWEN,
    '',
    '<think>\nWell.\n</think>\n\nHello!',
    { reasoning: 'Well.', text: 'Hello!' },
  ],
  [
    'an answer that ends in its thought',
    QWEN35,
    'assistant\n<think>\n',
    'Well. </thi',
    { reasoning: 'Well. </thi' },
  ],
  ['a thought that is empty', QWEN, '', '<think>\n\n</think>\n\nHello!', { text: 'Hello!' }],
  [
    'a thought in the middle of an answer, which is none',
    QWEN,
    '',
    'Write <think>x</think> here.',
    { text: 'Write <think>x</think> here.' },
  ],
  [
    'a call in a thought, which is none',
    QWEN,
    '',
    '<think>\nI could <tool_call>\n{"name": "time", "arguments": {}}\n</tool_call> it.\n</think>\nNo.',
    {
      reasoning: 'I could <tool_call>\n{"name": "time", "arguments": {}}\n</tool_call> it.',
      text: 'No.',
    },
  ],
  [
    'a call that ends a thought, where the family does that',
    QWEN35,
    'assistant\n<think>\n',
    'I look.\n<tool_call>\n<function=time>\n</function>\n</tool_call>',
    { reasoning: 'I look.', calls: [city('{}', 'time')] },
  ],
  [
    'a thought, a call and an answer',
    QWEN,
    '',
    '<think>a</think>\n<tool_call>{"name": "time", "arguments": {}}</tool_call>\nDone.',
    { reasoning: 'a', calls: [city('{}', 'time')], text: 'Done.' },
  ],
  [
    'values as Python writes them',
    QWEN35,
    '<think>\n',
    '</think>\n<tool_call>\n<function=weather>\n<parameter=dry>\nTrue\n</parameter>\n<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>',
    { calls: [city('{"dry": true, "days": 3}')] },
  ],
  [
    'a text with marks, lines and white space in it',
    'Qwen3-Coder',
    '',
    '<tool_call>\n<function=weather>\n<parameter=city>\n  <b>a</b>\n</p>\n\n</parameter>\n</function>\n</tool_call>',
    { calls: [city('{"city": "  <b>a</b>\\n</p>\\n"}')] },
  ],
  [
    'bare JSON that is a call',
    LLAMA,
    '',
    '{"name": "time", "parameters": {"zone": "CET"}}',
    { calls: [city('{"zone": "CET"}', 'time')] },
  ],
  [
    'bare JSON that is no call',
    LLAMA,
    '',
    '{"name": "Ann", "age": 3}',
    { text: '{"name": "Ann", "age": 3}' },
  ],
  [
    'bare JSON of an unknown function',
    LLAMA,
    '',
    '{"name": "nobody", "parameters": {}}',
    { text: '{"name": "nobody", "parameters": {}}' },
  ],
  [
    'two calls in bare JSON',
    LLAMA,
    '',
    '{"name": "time", "parameters": {}}; {"name": "time", "parameters": {}}',
    { calls: [city('{}', 'time'), city('{}', 'time')] },
  ],
  [
    'arguments as a text with JSON in it',
    QWEN,
    '',
    '<tool_call>{"name": "weather", "arguments": "{\\"city\\": \\"Oslo\\"}"}</tool_call>',
    { calls: [city('{"city": "Oslo"}')] },
  ],
  [
    'channels',
    OSS,
    '',
    '<|channel|>analysis<|message|>User greets.<|end|><|start|>assistant<|channel|>final<|message|>Hello!',
    { reasoning: 'User greets.', text: 'Hello!' },
  ],
  [
    'a call on a channel',
    OSS,
    '',
    '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.weather <|constrain|>json<|message|>{"city":"Oslo"}<|call|>',
    { reasoning: 'Hm.', calls: [city('{"city":"Oslo"}')] },
  ],
  [
    'a call on another channel, with the recipient before it',
    OSS,
    '',
    ' to=functions.weather<|channel|>analysis<|message|>{"city": "Oslo"}',
    { calls: [city('{"city": "Oslo"}')] },
  ],
  [
    'what is said before a call',
    OSS,
    '',
    '<|channel|>commentary<|message|>I look.<|end|><|start|>assistant<|channel|>commentary to=functions.time<|message|>{}',
    { text: 'I look.', calls: [city('{}', 'time')] },
  ],
  ['an answer without channels', OSS, '', 'Hello!', { text: 'Hello!' }],
  [
    'an answer in marks of its own',
    'Cohere2MoE',
    '<|START_THINKING|>',
    'Hm.<|END_THINKING|><|START_TEXT|>Hello!<|END_TEXT|>',
    { reasoning: 'Hm.', text: 'Hello!' },
  ],
  [
    'thoughts in words',
    'Apriel-1.6-15b-Thinker-fixed',
    'Here are my reasoning steps:\n',
    'Hm.\n[BEGIN FINAL RESPONSE]\nHello!\n[END FINAL RESPONSE]',
    { reasoning: 'Hm.', text: 'Hello!' },
  ],
  [
    'thoughts of Magistral',
    'mistralai-Ministral-3-14B-Reasoning-2512',
    '',
    '[THINK]Hm.[/THINK]Hello!',
    { reasoning: 'Hm.', text: 'Hello!' },
  ],
  [
    'thoughts of Gemma',
    'google-gemma-4-31B-it',
    '',
    '<|channel>thought\nHm.<channel|>Hello!',
    { reasoning: 'Hm.', text: 'Hello!' },
  ],
  [
    'calls of LFM2, whose template shows none',
    'LFM2-8B-A1B',
    '',
    '<|tool_call_start|>[weather(city="O\'slo", days=3), time()]<|tool_call_end|>',
    { calls: [city('{"city": "O\'slo", "days": 3}'), city('{}', 'time')] },
  ],
  [
    'text after the mark for everybody',
    'meetkai-functionary-medium-v3.2',
    'x>>>',
    'all\nHello!>>>time\n{}',
    { text: 'Hello!', calls: [city('{}', 'time')] },
  ],
]

describe('a reply reader', () => {
  it.each(CASES)('reads %s, however it is cut', (_, family, prompt, text, expected) => {
    const format = formatOf(family)
    const read = (sizes: readonly number[]) =>
      readReply(createReplyReader(format, tools, prompt), cut(text, sizes))
    const whole: Reply = { text: '', reasoning: '', calls: [], ...expected }
    expect(read([100_000])).toEqual(whole)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (sizes) => {
        expect(read(sizes)).toEqual(whole)
      }),
      { numRuns: 40, examples: [[[1]]] },
    )
  })

  it('loses nothing of what is neither thought nor call, in any family', () => {
    const formats = [...templates.keys()].map(formatOf)
    const piece = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom('<', '{', '[', '>', '\n', ' ', '<tool', '"name"', 'call', '}', '</', '|>'),
    )
    fc.assert(
      fc.property(
        fc.array(piece),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(69),
        (pieces, size, at) => {
          const text = `.${pieces.join('')}`
          const format = formats[at]
          if (!format) return
          const reply = readReply(createReplyReader(format, tools, ''), cut(text, [size]))
          expect(reply.text).toBe(text)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('passes text on at once, and holds back only what may be a mark', () => {
    const reader = createReplyReader(formatOf(QWEN), tools, '')
    expect(reader.push('Hello')).toEqual([{ kind: 'text', text: 'Hello' }])
    expect(reader.push(' you <')).toEqual([{ kind: 'text', text: ' you' }])
    expect(reader.push('b>')).toEqual([{ kind: 'text', text: ' <b>' }])
  })

  it('streams the texts of parameters that stand between marks', () => {
    const reader = createReplyReader(formatOf('Qwen3-Coder'), tools, '')
    reader.push('<tool_call>\n<function=weather>\n<parameter=city>\nOslo')
    const pieces = reader.push(' and "Bergen"')
    expect(pieces).toEqual([{ kind: 'arguments', index: 0, delta: ' and \\"Bergen\\"' }])
  })

  it('leaves nothing of a call in the text wherever the limit cuts it', () => {
    const call = '<tool_call>\n{"name": "weather", "arguments": {"city": "Oslo"}}\n</tool_call>'
    for (let size = 3; size <= call.length; size++) {
      const reader = createReplyReader(formatOf(QWEN), tools, '')
      const { text, calls } = readReply(reader, ['Let me look.\n', ...call.slice(0, size)], true)
      expect(text, call.slice(0, size)).toBe('Let me look.')
      const isNamed = size >= call.indexOf('weather"') + 'weather"'.length
      expect(calls.map(({ name }) => name)).toEqual(isNamed ? ['weather'] : [])
      expect('{"city": "Oslo"}'.startsWith(calls[0]?.arguments ?? '')).toBe(true)
    }
  })

  it.each(['a <', 'a <tool_call> b', '{"name": "nobody"', '{"a": 1', '<tool_call>{"name": "nob'])(
    'loses no text that a limit cuts and that only looks like a call: %s',
    (text) => {
      for (const family of [QWEN, LLAMA]) {
        const reader = createReplyReader(formatOf(family), tools, '')
        expect(readReply(reader, [text], true).text).toBe(text)
      }
    },
  )
})

describe('ReplyEvents', () => {
  const logprob = (token: string) => ({ token, bytes: [], logprob: -1, top: [] })
  const events = (texts: readonly string[], isCut: boolean) => {
    const replies = new ReplyEvents(createReplyReader(formatOf(QWEN), tools, ''))
    const pushed = texts.flatMap((text) =>
      replies.push({ text, tokens: 1, logprobs: [logprob(text)] }),
    )
    return [...pushed, ...replies.finish(isCut)]
  }

  it('keeps the log probabilities of text that was held back, as it may have begun a call', () => {
    const texts = ['a ', '<tool', ' b', ' <']
    const told = events(texts, true).flatMap((event) =>
      event.kind === 'text' ? (event.logprobs ?? []) : [],
    )
    expect(told.map(({ token }) => token)).toEqual(texts)
  })

  it('counts each token once', () => {
    const all = events(['a', '<tool_call>', '{"name": "time", ', '"arguments": {}}'], false)
    expect(all.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(4)
  })
})
