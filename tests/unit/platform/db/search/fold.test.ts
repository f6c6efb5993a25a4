import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldText } from '@/lib/platform/db/search/text-search'

const finds = (text: string, sought: string) => foldText(text).includes(foldText(sought))

describe('what a reader takes for the same', () => {
  test.each([
    ['HELLO', 'hello'],
    ['Привет, МИР', 'мир'],
    ['Όδυσσεύς', 'ΟΔΥΣΣΕΥΣ'],
    ['Straße', 'STRASSE'],
    ['crème brûlée', 'creme brulee'],
    ['Tiếng Việt', 'tieng viet'],
    ['Łódź', 'łodz'],
    ['İstanbul', 'istanbul'],
    ['ёлка', 'елка'],
    ['日本語の話', '本語'],
    ['我', '我'],
    ['ﾃｽﾄ', 'テスト'],
    ['ＡＢＣ', 'abc'],
    ['\u1112\u1161\u11ab\u1100\u1173\u11af', '한글'],
    ['مُحَمَّد', 'محمد'],
    ['שָׁלוֹם', 'שלום'],
    ['Žluťoučký', 'z\u030clut\u030couc\u030cky\u0301'],
  ])('%s has %s', (text, sought) => expect(finds(text, sought)).toBe(true))

  test.each([
    ['か', 'が'],
    ['हि', 'हा'],
    ['abc', 'abd'],
  ])('%s has no %s', (text, sought) => expect(finds(text, sought)).toBe(false))
})

test('every text is found by each part of it, in upper and in lower case', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 30 })
  fc.assert(
    fc.property(text, text, text, (before, part, after) => {
      for (const sought of [part, part.toUpperCase(), part.toLowerCase().toUpperCase()])
        expect(finds(`${before} ${part} ${after}`, sought)).toBe(true)
    }),
  )
})
