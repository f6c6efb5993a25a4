import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mayHoldMarkup } from '@/components/chat/markdown/plain-text'
import { parseBlocks } from '@/lib/client/markdown/parse-blocks'
import { parseInline } from '@/lib/client/markdown/parse-inline'

describe('mayHoldMarkup', () => {
  it('lets no text by that the parser would draw otherwise than as paragraphs of plain lines', () => {
    const pieces = fc.constantFrom(
      ...[
        'fox',
        ' ',
        '\n',
        '\n\n',
        '    ',
        '\t',
        '- ',
        '+ ',
        '* ',
        '1. ',
        '2) ',
        '# ',
        '> ',
        '---',
        '===',
      ],
      ...[
        '**',
        '_',
        '`',
        '~~',
        '|',
        '[a]',
        '(b)',
        '<b>',
        '&amp;',
        'https://a.b',
        'www.a.b',
        'a@b.c',
        '\\',
        '!',
      ],
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        fc.pre(!mayHoldMarkup(text))
        for (const block of parseBlocks(text)) {
          expect(block.kind).toBe('paragraph')
          if (block.kind !== 'paragraph') continue
          for (const { kind } of parseInline(block.text)) expect(['text', 'break']).toContain(kind)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
