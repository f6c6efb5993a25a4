import { largestBeside, MAX_DIGITS, naturals } from './integer-range'
import { either, literal } from './rules'

/** Digits that may follow where any may. */
const FREE_DIGITS = 8

/** One end of a range. */
export type Bound = { value: number; exclusive: boolean }

/** One end of a range of numbers of 0 or more, as digits. Zeros at the end of the fraction are left out. */
type End = { whole: bigint; fraction: string; exclusive: boolean }

const ZERO: End = { whole: 0n, fraction: '', exclusive: false }

/** GBNF for the decimal numbers between two bounds; undefined when there are none. */
export function decimalRange(low: Bound | undefined, high: Bound | undefined): string | undefined {
  const choices: string[] = []
  if (!low || low.value < 0) {
    const nearest = high && high.value <= 0 ? toEnd(high, 'low') : ZERO
    const sizes = magnitudes(nearest, low && toEnd(low, 'high'))
    choices.push(...sizes.map((pattern) => `"-" ${pattern}`))
  }
  if (!high || high.value >= 0) {
    const nearest = low && low.value >= 0 ? toEnd(low, 'low') : ZERO
    choices.push(...magnitudes(nearest, high && toEnd(high, 'high')))
  }
  return choices.length === 0 ? undefined : either(choices)
}

/** Patterns for the numbers of 0 and more from `low` to `high`. */
function magnitudes(low: End, high: End | undefined): string[] {
  if (high && low.whole > high.whole) return []
  const after = (whole: bigint, choices: readonly string[]) =>
    choices.length === 0 ? [] : [`${literal(String(whole))} ${either(choices)}`]
  const [atLow, atHigh] = [fractionsOf(low), fractionsOf(high)]
  if (high && low.whole === high.whole) return after(low.whole, atLow.between(low, high))
  const middle = naturals(low.whole + 1n, high ? high.whole - 1n : largestBeside(low.whole))
  return [
    ...after(low.whole, atLow.from(low)),
    ...(middle.length === 0 ? [] : [`${either(middle)} ${atHigh.any()}`]),
    ...(high ? after(high.whole, atHigh.upTo(high)) : []),
  ]
}

/** Where nothing bounds them, there is nothing that they could be taken for. */
function fractionsOf(end: End | undefined): Fractions {
  return new Fractions(end ? Math.max(0, MAX_DIGITS - String(end.whole).length) : FREE_DIGITS)
}

/**
 * Patterns for what follows the integer of a number. It has so many digits only that a double tells all apart: a text
 * just below an excluded bound would otherwise be read as the bound itself.
 */
class Fractions {
  readonly #room: number

  /** @param room digits at most */
  constructor(room: number) {
    this.#room = room
  }

  any(): string {
    return this.#room === 0 ? '""' : `("." [0-9] ${this.#tail(1)})?`
  }

  from({ fraction, exclusive }: End): string[] {
    if (fraction === '' && !exclusive) return [this.any()]
    return this.#digitsFrom('', fraction, exclusive)
  }

  upTo({ fraction, exclusive }: End): string[] {
    if (fraction === '') return exclusive ? [] : ['""']
    return ['""', ...this.#digitsUpTo('', fraction, exclusive)]
  }

  between(low: End, high: End): string[] {
    const size = Math.max(low.fraction.length, high.fraction.length)
    const [from, to] = [low.fraction.padEnd(size, '0'), high.fraction.padEnd(size, '0')]
    if (from > to || (from === to && (low.exclusive || high.exclusive))) return []
    if (from === to) return [low.fraction === '' ? '""' : literal(`.${low.fraction}`)]
    let at = 0
    while (from[at] === to[at]) at++
    const prefix = to.slice(0, at)
    const [first, last] = [Number(from[at]), Number(to[at])]
    return [
      ...(low.fraction === '' && !low.exclusive ? ['""'] : []),
      ...this.#digitsFrom(`${prefix}${first}`, low.fraction.slice(at + 1), low.exclusive),
      ...(last - first > 1
        ? [`${literal(`.${prefix}`)} [${first + 1}-${last - 1}] ${this.#tail(at + 1)}`]
        : []),
      ...(high.exclusive && to.slice(at + 1).replace(/0+$/, '') === ''
        ? []
        : [literal(`.${prefix}${last}`)]),
      ...this.#digitsUpTo(`${prefix}${last}`, high.fraction.slice(at + 1), high.exclusive),
    ]
  }

  /** `prefix` and digits that make at least `digits`, or more than it. */
  #digitsFrom(prefix: string, digits: string, exclusive: boolean): string[] {
    const higher = [...digits].flatMap((digit, at) => {
      const fixed = literal(`.${prefix}${digits.slice(0, at)}`)
      const used = prefix.length + at + 1
      return digit === '9' ? [] : [`${fixed} [${Number(digit) + 1}-9] ${this.#tail(used)}`]
    })
    const used = prefix.length + digits.length
    const fixed = literal(`.${prefix}${digits}`)
    if (!exclusive)
      return [...higher, used === 0 ? `${fixed} [0-9]` : `${fixed} ${this.#tail(used)}`]
    const left = this.#room - used - 1
    if (left < 0) return higher
    const zeros = Math.min(3, left)
    const leading = zeros > 0 ? `"0"{0,${zeros}} ` : ''
    return [...higher, `${fixed} ${leading}[1-9] ${this.#tail(used + zeros + 1)}`]
  }

  /** `prefix` and more digits that make at most `digits`, or less than it. */
  #digitsUpTo(prefix: string, digits: string, exclusive: boolean): string[] {
    const lower = [...digits].flatMap((digit, at) => {
      const fixed = literal(`.${prefix}${digits.slice(0, at)}`)
      const used = prefix.length + at + 1
      return [
        ...(at > 0 ? [fixed] : []),
        ...(digit === '0' ? [] : [`${fixed} [0-${Number(digit) - 1}] ${this.#tail(used)}`]),
      ]
    })
    return exclusive || digits === '' ? lower : [...lower, literal(`.${prefix}${digits}`)]
  }

  /** Any digits after so many. */
  #tail(used: number): string {
    const left = Math.min(FREE_DIGITS, this.#room - used)
    return left > 0 ? `[0-9]{0,${left}}` : '""'
  }
}

/** The digits of a bound, cut inwards to those that a double tells apart. */
function toEnd({ value, exclusive }: Bound, side: 'low' | 'high'): End {
  const { whole, fraction } = toDecimal(Math.abs(value))
  const kept = Math.max(0, MAX_DIGITS - String(whole).length)
  if (fraction.length <= kept) return { whole, fraction, exclusive }
  const scale = 10n ** BigInt(kept)
  const cut = whole * scale + BigInt(fraction.slice(0, kept) || '0')
  const moved = side === 'low' ? cut + 1n : cut
  const digits = kept === 0 ? '' : String(moved % scale).padStart(kept, '0')
  return { whole: moved / scale, fraction: digits.replace(/0+$/, ''), exclusive: false }
}

/** The digits of a number of 0 or more, without an exponent. */
function toDecimal(value: number): { whole: bigint; fraction: string } {
  const [, whole = '0', fraction = '', exponent = '0'] =
    /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? []
  const point = whole.length + Number(exponent)
  const digits =
    point < 0 ? '0'.repeat(-point) + whole + fraction : (whole + fraction).padEnd(point, '0')
  const at = Math.max(0, point)
  return {
    whole: BigInt(digits.slice(0, at) || '0'),
    fraction: digits.slice(at).replace(/0+$/, ''),
  }
}
