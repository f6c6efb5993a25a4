import { either, literal } from './rules'

/** Digits that a number may have when nothing bounds it: all of them are exact in JavaScript. */
export const MAX_DIGITS = 15
const LARGEST = 10n ** BigInt(MAX_DIGITS) - 1n

/**
 * GBNF for the integers from `min` to `max`, both included; undefined when there are none. Without a bound they have 15
 * digits at most, or as many as the other bound.
 */
export function integerRange(min: bigint | undefined, max: bigint | undefined): string | undefined {
  const low = min ?? -largestBeside(max ?? 0n)
  const high = max ?? largestBeside(min ?? 0n)
  const choices: string[] = []
  if (low < 0n) {
    const nearest = high < 0n ? -high : 1n
    choices.push(...naturals(nearest, -low).map((pattern) => `"-" ${pattern}`))
  }
  if (high >= 0n) choices.push(...naturals(low > 0n ? low : 0n, high))
  return choices.length === 0 ? undefined : either(choices)
}

/** The largest integer that is written when only another one bounds it from the other side. */
export function largestBeside(other: bigint): bigint {
  const size = other < 0n ? -other : other
  return size > LARGEST ? 10n ** BigInt(String(size).length) - 1n : LARGEST
}

/** Patterns for the integers from `low` to `high`, 0 or more, split so that each has digits of free choice only at its end. */
export function naturals(low: bigint, high: bigint): string[] {
  const patterns: { fixed: string; free: number }[] = []
  for (let from = low; from <= high; ) {
    const free = freeDigits(from, high)
    const size = 10n ** BigInt(free)
    patterns.push({ fixed: String(from / size), free })
    from += size
  }
  return merge(patterns)
}

/** The most digits at the end of `from` that may all be any, within numbers of the same length up to `high`. */
function freeDigits(from: bigint, high: bigint): number {
  let free = 0
  for (let size = 10n; from % size === 0n && from >= size && from + size - 1n <= high; size *= 10n)
    free++
  return free
}

/** Those that differ in their last fixed digit only become one with a range of that digit. */
function merge(patterns: readonly { fixed: string; free: number }[]): string[] {
  const groups = new Map<string, { prefix: string; free: number; digits: string[] }>()
  for (const { fixed, free } of patterns) {
    const prefix = fixed.slice(0, -1)
    const key = `${prefix}|${free}`
    const group = groups.get(key) ?? { prefix, free, digits: [] }
    group.digits.push(fixed.slice(-1))
    groups.set(key, group)
  }
  return [...groups.values()].map(({ prefix, free, digits }) => {
    const last = digits.length === 1 ? `"${digits[0]}"` : `[${digits[0]}-${digits.at(-1)}]`
    return `${prefix ? `${literal(prefix)} ` : ''}${last}${free > 0 ? ` [0-9]{${free}}` : ''}`
  })
}
