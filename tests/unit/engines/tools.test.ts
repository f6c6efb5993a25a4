import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ParsedPiece, ToolCallParser } from '@/lib/engines/local/tools/tool-call-parser'

const names = new Set(['weather', 'time'])

function parse(pieces: readonly string[]): {
  text: string
  calls: { name: string; args: string }[]
} {
  const parser = new ToolCallParser(names)
  const all: ParsedPiece[] = [...pieces.flatMap((piece) => parser.push(piece)), ...parser.finish()]
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
})
