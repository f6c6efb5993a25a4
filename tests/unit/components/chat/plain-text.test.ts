import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mayHoldMarkup } from '@/components/chat/markdown/plain-text'
import { known, parseBlock, splitBlocks } from '@/lib/client/markdown/parse'

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
        '$a$',
        '\\(b\\)',
      ],
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        fc.pre(!mayHoldMarkup(text))
        for (const block of splitBlocks(text, false).blocks)
          for (const token of parseBlock(block.text, false)) {
            expect(['paragraph', 'space']).toContain(token.type)
            if (token.type !== 'paragraph') continue
            for (const { type } of known(token.tokens)) expect(['text', 'br']).toContain(type)
          }
      }),
      { numRuns: 2000 },
    )
  })
})
