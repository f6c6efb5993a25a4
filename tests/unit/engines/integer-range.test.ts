import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { integerRange } from '@/lib/engines/local/grammar/integer-range'

/** The part of GBNF that ranges are written in, as a regular expression. */
function toRegExp(grammar: string): RegExp {
  return new RegExp(`^(?:${grammar.replaceAll(' ', '').replaceAll('"', '')})$`)
}

describe('integerRange', () => {
  it('matches the integers between the bounds and no others', () => {
    const bound = fc.integer({ min: -1200, max: 1200 })
    fc.assert(
      fc.property(
        bound,
        bound,
        fc.array(fc.integer({ min: -1300, max: 1300 })),
        (a, b, numbers) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)]
          const pattern = toRegExp(integerRange(low, high))
          for (const number of [...numbers, low - 1, low, high, high + 1])
            expect([number, pattern.test(String(number))]).toEqual([
              number,
              number >= low && number <= high,
            ])
        },
      ),
    )
  })

  it.each([
    [0, undefined, ['0', '7', '10', '999999999999999'], ['-1', '01', '']],
    [undefined, -5, ['-5', '-10', '-999'], ['-4', '0', '5']],
    [undefined, undefined, ['0', '-1', '123456'], ['1.5', '-0', '00']],
    [-9007199254740991, 9007199254740991, ['0', '-12', '42'], ['x']],
  ])('from %s to %s', (min, max, yes, no) => {
    const pattern = toRegExp(integerRange(min, max))
    expect(yes.filter((text) => !pattern.test(text))).toEqual([])
    expect(no.filter((text) => pattern.test(text))).toEqual([])
  })
})
