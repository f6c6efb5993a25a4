import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChatTemplate } from '@/lib/engines/local/templates/chat-template'
import { createReplyReader } from '@/lib/engines/local/templates/reading/create-reply-reader'
import { deriveFormat } from '@/lib/engines/local/templates/reading/derive-format'
import { visibleMarks } from '@/lib/engines/local/templates/reading/reply-format'
import { writeCalls } from '@/lib/engines/local/templates/reading/write-calls'
import type { ToolDefinition } from '@/lib/engines/types'
import { llamaTemplates } from '@/tests/support/templates/llama-source'
import { cut, readReply } from '@/tests/support/templates/read-reply'

const tools: ToolDefinition[] = [
  { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
]
const families = [
  ...new Map(
    [...llamaTemplates()].map(([name, source]) => {
      const format = deriveFormat(new ChatTemplate(source, { bos: '<s>', eos: '</s>' }))
      return [JSON.stringify(format), { name, format }]
    }),
  ).values(),
]

describe('an answer that no model should write', () => {
  it.each(families)('is read without loss and the same in any pieces: $name', ({ format }) => {
    const written = format.calls[0]?.written
    const marks = visibleMarks(format, true)
      .split('\n')
      .map((mark) => mark.replaceAll('\u0000', 'x1'))
      .filter((mark) => mark.trim() !== '')
    const calls = written
      ? ['weather', 'nobody'].map((name) =>
          writeCalls(written, [{ name, arguments: '{"city": "Bonn"}' }]),
        )
      : []
    const word = fc.integer({ min: 100, max: 999 }).map((number) => `w${number}w`)
    const piece = fc.oneof(
      word,
      fc.constantFrom(...marks, ...calls),
      fc
        .constantFrom(...marks, ...calls)
        .chain((mark) => fc.integer({ min: 1, max: mark.length }).map((end) => mark.slice(0, end))),
      fc.constantFrom(
        ' ',
        '\n',
        '{"name": "weather", "arguments": {',
        '"city": "',
        '}',
        ']',
        '<',
        'weather',
      ),
    )
    const isThinking = fc.constantFrom('', format.thinking?.open.text ?? '')
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        isThinking,
        sizes,
        (pieces, prompt, lengths) => {
          const text = pieces.join('')
          const read = (parts: readonly string[]) =>
            readReply(createReplyReader(format, tools, prompt), parts)
          const whole = read([text])
          expect(read(cut(text, lengths))).toEqual(whole)
          expect(read([...text])).toEqual(whole)
          for (const { name } of whole.calls) expect(name).toBe('weather')
          const all = JSON.stringify(whole)
          for (const said of text.match(/w\d{3}w/g) ?? []) expect(all).toContain(said)
        },
      ),
      { numRuns: 150 },
    )
  })
})
