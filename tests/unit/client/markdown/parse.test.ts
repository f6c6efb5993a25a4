import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBlocks } from '@/lib/client/markdown/parse-blocks'
import { parseInline } from '@/lib/client/markdown/parse-inline'
import { splitBlocks } from '@/lib/client/markdown/split-blocks'
import { blocksToHtml } from '@/tests/support/markdown-html'

const squeeze = (value: string) => value.replace(/\s+/g, '')
const signs = [
  ...['\n', '\n\n', ' ', '    ', '\t', '#', '>', '-', '+', '1.', '*', '**', '_', '~', '~~', '`'],
  ...['```', '|', '|-|', '[', ']', '](', ')', '!', '<', '<b>', '&', '\\', '===', 'http://', 'a'],
]
const wild = fc.array(fc.constantFrom(...signs), { maxLength: 40 }).map((parts) => parts.join(''))

describe('splitBlocks', () => {
  it('loses no word of any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), wild), (text) => {
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

describe('parseBlocks', () => {
  it('reads a block alone as it reads it among others', () => {
    fc.assert(
      fc.property(wild, (text) => {
        expect(splitBlocks(text).flatMap(parseBlocks)).toEqual(parseBlocks(text))
      }),
      { numRuns: 2000 },
    )
  })

  it('loses no letter', () => {
    const letters = fc.constantFrom('a', 'b', 'c', 'd')
    // An address is not shown, so that of every link here has none of the letters.
    const target = '](https://e.org)'
    const mixed = fc.array(fc.oneof(letters, fc.constantFrom(...signs.slice(0, 24), target)), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(mixed, (parts) => {
        const text = parts.join('')
        const count = (value: string) => value.replace(/[^a-d]/g, '').length
        // A word after a fence names the language.
        fc.pre(!text.includes('```') && !text.includes('~~~'))
        fc.pre(!text.replaceAll(target, '').includes(']('))
        const shown = blocksToHtml(parseBlocks(text)).replace(/<[^>]*>|&\w+;/g, '')
        expect(count(shown)).toBe(count(text))
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['>'],
    ['- '],
    ['*a '],
    ['**a'],
    ['[a'],
    ['[a]('],
    ['`'],
    ['` `` '],
    ['<a '],
    ['_a_'],
    ['|a'],
    ['\n- a'],
    ['('],
    ['1. '],
    ['~~a '],
  ])('is quick however often %j is written', (sign) => {
    const started = performance.now()
    for (const block of parseBlocks(sign.repeat(20_000)))
      if (block.kind === 'paragraph') parseInline(block.text, true)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('parseInline of a text that grows', () => {
  it.each([
    ['Once **upon', 'strong'],
    ['Once `upon', 'code'],
    ['Once *upon', 'em'],
    ['Once ~~upon', 'del'],
  ])('draws %j as if it were closed', (text, kind) => {
    expect(parseInline(text, true).map((piece) => piece.kind)).toContain(kind)
    expect(parseInline(text).map((piece) => piece.kind)).toEqual(['text'])
  })

  it.each(['See [the page](https://exa', 'See [the page](', 'See [the page'])(
    'shows %j as the words of its link',
    (text) => {
      expect(parseInline(text, true)).toEqual([{ kind: 'text', text: 'See the page' }])
    },
  )

  it('shows no sign of which nobody knows yet what it will be', () => {
    expect(parseInline('Once **', true)).toEqual([{ kind: 'text', text: 'Once ' }])
  })
})
