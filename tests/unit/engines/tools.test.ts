import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ParsedPiece, ToolCallParser } from '@/lib/engines/local/tools/tool-call-parser'
import { ToolEvents } from '@/lib/engines/local/tools/tool-events'
import { request } from './support'

const names = new Set(['weather', 'time'])

function parse(
  pieces: readonly string[],
  end: { cut: boolean } = { cut: false },
): {
  text: string
  calls: { name: string; args: string }[]
} {
  const parser = new ToolCallParser(names)
  const all: ParsedPiece[] = [
    ...pieces.flatMap((piece) => parser.push(piece)),
    ...parser.finish(end),
  ]
  let text = ''
  const calls: { name: string; args: string }[] = []
  for (const piece of all) {
    if (piece.kind === 'text') text += piece.text
    if (piece.kind === 'call') calls[piece.index] = { name: piece.name, args: '' }
    const call = piece.kind === 'arguments' ? calls[piece.index] : undefined
    if (call && piece.kind === 'arguments') call.args += piece.delta
  }
  return { text, calls }
}

const cases: [name: string, text: string, expected: ReturnType<typeof parse>][] = [
  ['plain text', 'Hello <b>you</b> {"a": 1}', { text: 'Hello <b>you</b> {"a": 1}', calls: [] }],
  [
    'one call between marks',
    'Let me look.\n<tool_call>\n{"name": "weather", "arguments": {"city": "Oslo }\\""}}\n</tool_call>',
    { text: 'Let me look.\n', calls: [{ name: 'weather', args: '{"city": "Oslo }\\""}' }] },
  ],
  [
    'two calls',
    '<tool_call>{"name": "weather", "arguments": {"a": [1, 2]}}</tool_call>\n<tool_call>{"name": "time", "arguments": {}}</tool_call>',
    {
      text: '',
      calls: [
        { name: 'weather', args: '{"a": [1, 2]}' },
        { name: 'time', args: '{}' },
      ],
    },
  ],
  [
    'a list of calls as Mistral writes it',
    '[TOOL_CALLS][{"name": "weather", "arguments": {"a": 1}}, {"name": "time", "arguments": {}}]',
    {
      text: '',
      calls: [
        { name: 'weather', args: '{"a": 1}' },
        { name: 'time', args: '{}' },
      ],
    },
  ],
  [
    'bare JSON at the beginning as Llama 3 writes it',
    '{"name": "time", "parameters": {"zone": "CET"}}',
    { text: '', calls: [{ name: 'time', args: '{"zone": "CET"}' }] },
  ],
  [
    'JSON that is no call',
    '{"name": "nobody", "arguments": {}}',
    { text: '{"name": "nobody", "arguments": {}}', calls: [] },
  ],
  [
    'a call without arguments, and one with null, as one with none',
    '<tool_call>{"name": "time"}</tool_call><tool_call>{"name": "time", "arguments": null}</tool_call>',
    {
      text: '',
      calls: [
        { name: 'time', args: '{}' },
        { name: 'time', args: '{}' },
      ],
    },
  ],
  [
    'arguments that are no object as text',
    '<tool_call>{"name": "time", "arguments": true}</tool_call>',
    { text: '<tool_call>{"name": "time", "arguments": true}</tool_call>', calls: [] },
  ],
  ['a mark that stays alone', 'a <tool_call> b', { text: 'a <tool_call> b', calls: [] }],
]

describe('ToolCallParser', () => {
  it.each(cases)('reads %s', (_name, text, expected) => {
    expect(parse([text])).toEqual(expected)
  })

  it.each(cases)('reads %s, however it is cut', (_name, text, expected) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (sizes) => {
        const pieces: string[] = []
        for (let at = 0, turn = 0; at < text.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1
          pieces.push(text.slice(at, at + size))
          at += size
        }
        expect(parse(pieces)).toEqual(expected)
      }),
      { numRuns: 50 },
    )
  })

  it('leaves nothing of a call in the text wherever the limit cuts it', () => {
    const before = 'Let me look.\n'
    const call = '<tool_call>\n{"name": "weather", "arguments": {"city": "Oslo"}}\n</tool_call>'
    for (let size = 3; size <= call.length; size++) {
      const { text, calls } = parse([before, ...call.slice(0, size)], { cut: true })
      expect(text, call.slice(0, size)).toBe(before)
      const isNamed = size >= call.indexOf('weather"') + 'weather"'.length
      expect(calls.map(({ name }) => name)).toEqual(isNamed ? ['weather'] : [])
      expect('{"city": "Oslo"}'.startsWith(calls[0]?.args ?? '')).toBe(true)
    }
  })

  it('loses no text that a limit cuts and that only looks like a call', () => {
    for (const text of [
      'a <',
      'a <tool_call> b',
      '{"name": "nobody"',
      '{"a": 1',
      '<tool_call>{"name": "nob',
    ])
      expect(parse([text], { cut: true }).text).toBe(text)
  })
})

describe('ToolEvents', () => {
  const logprob = (token: string) => ({ token, bytes: [], logprob: -1, top: [] })
  const prompt = {
    kind: 'chat' as const,
    messages: [{ role: 'user' as const, content: 'Hi' }],
    tools: [{ name: 'time' }],
  }
  const events = (texts: readonly string[], end: { cut: boolean }) => {
    const tools = ToolEvents.for(request({ prompt }))
    const pushed = texts.flatMap(
      (text) => tools?.push({ kind: 'text', text, tokens: 1, logprobs: [logprob(text)] }) ?? [],
    )
    return [...pushed, ...(tools?.finish(end) ?? [])]
  }

  it('keeps the log probabilities of text that was held back, as it may have begun a call', () => {
    const texts = ['a ', '<tool', ' b', ' <']
    const told = events(texts, { cut: true }).flatMap((event) =>
      event.kind === 'text' ? (event.logprobs ?? []) : [],
    )
    expect(told.map(({ token }) => token)).toEqual(texts)
  })

  it('counts each token once', () => {
    const all = events(['a', '<tool_call>', '{"name": "time", ', '"arguments": {}}'], {
      cut: false,
    })
    const counts = all.map((event) => ('tokens' in event ? event.tokens : 0))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4)
  })
})
