import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { closeOpen } from '@/components/chat/markdown/close-open'
import { decodeEntities, parseBlock, safeHref, splitBlocks } from '@/components/chat/markdown/parse'
import { mayHoldMarkup } from '@/components/chat/markdown/plain-text'

describe('splitBlocks', () => {
  it('loses no word of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const squeeze = (value: string) => value.replace(/\s+/g, '')
        // Line ends and null characters are made uniform before the text is parsed.
        fc.pre(!/[\r\0\ufeff]/.test(text))
        expect(squeeze(splitBlocks(text).join(''))).toBe(squeeze(text))
      }),
    )
  })

  it('leaves whole blocks as they were while the text grows', () => {
    const text =
      '# A fox\n\nOnce *upon* a time.\n\n- one\n- two\n\n```ts\nconst a = 1\n\nconst b = 2\n```\n\nThe end.'
    for (let end = 1; end < text.length; end++) {
      const before = splitBlocks(text.slice(0, end)).slice(0, -2)
      expect(splitBlocks(text).slice(0, before.length)).toEqual(before)
    }
  })
})

describe('parseBlock', () => {
  it.each([
    ['Once **upon', 'strong'],
    ['Once `upon', 'codespan'],
    ['Once *upon', 'em'],
  ])('%j that still grows is drawn as if it were closed', (block, type) => {
    const [paragraph] = parseBlock(closeOpen(block))
    const tokens = paragraph && 'tokens' in paragraph ? (paragraph.tokens ?? []) : []
    expect(tokens.map((token) => token.type)).toContain(type)
  })

  it('shows half of a link as its text', () => {
    expect(JSON.stringify(parseBlock(closeOpen('See [the page](https://exa')))).not.toContain(
      '"link"',
    )
  })
})

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
        for (const block of splitBlocks(text))
          for (const token of parseBlock(block)) {
            expect(['paragraph', 'space']).toContain(token.type)
            const inner = 'tokens' in token ? (token.tokens ?? []) : []
            for (const { type } of inner) expect(['text', 'br']).toContain(type)
          }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('safeHref', () => {
  it.each(['https://example.com/a?b=c', 'http://10.0.0.1', 'mailto:ada@example.com'])(
    '%s may be followed',
    (href) => {
      expect(safeHref(href)).toBe(href)
    },
  )

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    '/api/chat/conversations',
    '//example.com',
    '',
  ])('%j may not', (href) => {
    expect(safeHref(href)).toBeNull()
  })
})

describe('decodeEntities', () => {
  it.each([
    ['a &amp; b', 'a & b'],
    ['&lt;b&gt;', '<b>'],
    ['&#39;&#x41;', "'A"],
    ['&#9999999;', '&#9999999;'],
    ['&nothing;', '&nothing;'],
    ['AT&T', 'AT&T'],
  ])('%j reads %j', (text, read) => {
    expect(decodeEntities(text)).toBe(read)
  })
})
