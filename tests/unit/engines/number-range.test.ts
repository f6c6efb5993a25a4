import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalRange } from '@/lib/engines/local/grammar/decimal-range'
import { integerRange } from '@/lib/engines/local/grammar/integer-range'

/** The part of GBNF that ranges are written in, as a regular expression. */
function toRegExp(grammar: string | undefined): RegExp {
  const text = (grammar ?? '[]')
    .replaceAll(' ', '')
    .replaceAll(/"([^"]*)"/g, (_, literal: string) =>
      literal === '' ? '(?:)' : `(?:${literal.replaceAll('.', '\\.')})`,
    )
  return new RegExp(`^(?:${text})$`)
}

describe('integerRange', () => {
  it('matches the integers between the bounds and no others', () => {
    const bound = fc.bigInt({ min: -1200n, max: 1200n })
    fc.assert(
      fc.property(
        bound,
        bound,
        fc.array(fc.bigInt({ min: -1300n, max: 1300n })),
        (a, b, numbers) => {
          const [low, high] = a < b ? [a, b] : [b, a]
          const pattern = toRegExp(integerRange(low, high))
          for (const number of [...numbers, low - 1n, low, high, high + 1n])
            expect([number, pattern.test(String(number))]).toEqual([
              number,
              number >= low && number <= high,
            ])
        },
      ),
    )
  })

  it.each([
    [0n, undefined, ['0', '7', '10', '999999999999999'], ['-1', '01', '']],
    [undefined, -5n, ['-5', '-10', '-999'], ['-4', '0', '5']],
    [undefined, undefined, ['0', '-1', '123456'], ['1.5', '-0', '00']],
    [
      -9007199254740991n,
      9007199254740991n,
      ['0', '-12', '9007199254740991', '-9007199254740991'],
      ['x', '9007199254740992'],
    ],
    [10n ** 18n, undefined, ['1000000000000000000', '9999999999999999999'], ['999999999999999999']],
  ])('from %s to %s', (min, max, yes, no) => {
    const pattern = toRegExp(integerRange(min, max))
    expect(yes.filter((text) => !pattern.test(text))).toEqual([])
    expect(no.filter((text) => pattern.test(text))).toEqual([])
  })

  it('is nothing when the bounds leave none', () => {
    expect(integerRange(5n, 4n)).toBeUndefined()
  })
})

describe('decimalRange', () => {
  const decimal = fc
    .tuple(fc.integer({ min: -30_000, max: 30_000 }), fc.constantFrom(1, 10, 100, 1000))
    .map(([digits, scale]) => digits / scale)

  it('matches the numbers between the bounds and no others', () => {
    fc.assert(
      fc.property(
        decimal,
        decimal,
        fc.boolean(),
        fc.boolean(),
        fc.array(decimal),
        (a, b, below, above, numbers) => {
          const low = { value: Math.min(a, b), exclusive: below }
          const high = { value: Math.max(a, b), exclusive: above }
          const pattern = toRegExp(decimalRange(low, high))
          for (const number of [...numbers, a, b, (a + b) / 2].map((one) =>
            Number(one.toFixed(6)),
          )) {
            const within =
              (below ? number > low.value : number >= low.value) &&
              (above ? number < high.value : number <= high.value)
            expect([number, pattern.test(String(number))]).toEqual([number, within])
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it.each([
    [{ value: 0, exclusive: true }, undefined, ['0.01', '1', '17.5'], ['0', '-1', '0.0']],
    [undefined, { value: 0, exclusive: true }, ['-0.5', '-3'], ['0', '-0', '1']],
    [
      { value: 1e-7, exclusive: false },
      { value: 1e-6, exclusive: false },
      ['0.0000005'],
      ['0', '1'],
    ],
    [{ value: 1e21, exclusive: false }, undefined, ['1000000000000000000000'], ['999']],
    [
      { value: 0.1 + 0.2, exclusive: true },
      { value: 0.4, exclusive: true },
      ['0.35'],
      ['0.3', '0.4'],
    ],
  ])('from %j to %j', (low, high, yes, no) => {
    const pattern = toRegExp(decimalRange(low, high))
    expect(yes.filter((text) => !pattern.test(text))).toEqual([])
    expect(no.filter((text) => pattern.test(text))).toEqual([])
  })
})
