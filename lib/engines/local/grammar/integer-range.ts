import { either, literal } from './rules'

/** Digits that an integer may have when nothing bounds it: all of them are exact in JavaScript. */
export const MAX_DIGITS = 15
/** The largest integer that is ever written. */
export const LARGEST = 10 ** MAX_DIGITS - 1

/** GBNF for the integers from `min` to `max`, both included; a bound that is not there is without limit. */
export function integerRange(min: number | undefined, max: number | undefined): string {
  const low = Math.max(-LARGEST, Math.ceil(min ?? -LARGEST))
  const high = Math.min(LARGEST, Math.floor(max ?? LARGEST))
  const choices: string[] = []
  if (low < 0) {
    const nearest = Math.max(1, -high)
    choices.push(`"-" ${either(naturals(nearest, -low))}`)
  }
  if (high >= 0) choices.push(either(naturals(Math.max(0, low), high)))
  return either(choices)
}

/** Patterns for the numbers from `low` to `high`, split so that each has digits of free choice only at its end. */
function naturals(low: number, high: number): string[] {
  const patterns: string[] = []
  for (let from = low; from <= high; ) {
    const size = blockSize(from, high)
    patterns.push(block(from, size))
    from += size
  }
  return merge(patterns)
}

/** The largest power of ten that `from` begins a whole block of, within numbers of the same length. */
function blockSize(from: number, high: number): number {
  let size = 1
  while (from % (size * 10) === 0 && from + size * 10 - 1 <= high && from >= size * 10) size *= 10
  return size
}

function block(from: number, size: number): string {
  const free = String(size).length - 1
  const fixed = String(from).slice(0, String(from).length - free)
  return free === 0 ? literal(fixed) : `${literal(fixed)} [0-9]{${free}}`
}

/** Blocks that differ in their last fixed digit only become one with a range of that digit. */
function merge(patterns: readonly string[]): string[] {
  const groups = new Map<string, string[]>()
  for (const pattern of patterns) {
    const [, prefix = '', digit = '', rest = ''] = /^"(\d*)(\d)"(.*)$/.exec(pattern) ?? []
    const key = `${prefix}|${rest}`
    groups.set(key, [...(groups.get(key) ?? []), digit])
  }
  return [...groups].map(([key, digits]) => {
    const [prefix = '', rest = ''] = key.split('|')
    const last = digits.length === 1 ? `"${digits[0]}"` : `[${digits[0]}-${digits.at(-1)}]`
    return `${prefix ? `${literal(prefix)} ` : ''}${last}${rest}`
  })
}
