import { type Bound, decimalRange } from './decimal-range'
import { integerRange } from './integer-range'
import { INTEGER, NUMBER } from './json-values'
import { type Keywords, unsupported } from './schema-keywords'

const INT32 = 2n ** 31n
/** Bounds as far away as this are none. */
const HUGE = 1e30

/** GBNF for an integer. @throws AppError `unsupported_schema` */
export function integer(keywords: Keywords): string {
  const { low, high } = boundsOf(keywords)
  const whole = (bound: Bound | undefined, round: (value: number) => number, step: bigint) => {
    if (!bound) return undefined
    const rounded = round(bound.value)
    return BigInt(rounded) + (bound.exclusive && rounded === bound.value ? step : 0n)
  }
  const min = whole(low, Math.ceil, 1n)
  const max = whole(high, Math.floor, -1n)
  if (keywords.format === 'int32')
    return orRefuse(integerRange(larger(min, -INT32), smaller(max, INT32 - 1n)), 'integer')
  if (min === undefined && max === undefined) return INTEGER
  return orRefuse(integerRange(min, max), 'integer')
}

/** GBNF for a number. @throws AppError `unsupported_schema` */
export function number(keywords: Keywords): string {
  const { low, high } = boundsOf(keywords)
  return low || high ? orRefuse(decimalRange(low, high), 'number') : NUMBER
}

/** Whether a number is within the bounds. */
export function isWithin(value: number, keywords: Keywords): boolean {
  const { low, high } = boundsOf(keywords)
  if (low && (value < low.value || (low.exclusive && value === low.value))) return false
  return !high || value < high.value || (!high.exclusive && value === high.value)
}

/** The stricter bound of each side. */
function boundsOf(keywords: Keywords): { low?: Bound; high?: Bound } {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = keywords
  const low = Math.max(minimum ?? -Infinity, exclusiveMinimum ?? -Infinity)
  const high = Math.min(maximum ?? Infinity, exclusiveMaximum ?? Infinity)
  if (low >= HUGE || high <= -HUGE) throw unsupported('numbers of more than 30 digits')
  return {
    ...(low <= -HUGE ? {} : { low: { value: low, exclusive: low === exclusiveMinimum } }),
    ...(high >= HUGE ? {} : { high: { value: high, exclusive: high === exclusiveMaximum } }),
  }
}

function larger(value: bigint | undefined, other: bigint): bigint {
  return value !== undefined && value > other ? value : other
}

function smaller(value: bigint | undefined, other: bigint): bigint {
  return value !== undefined && value < other ? value : other
}

function orRefuse(grammar: string | undefined, kind: string): string {
  if (grammar === undefined) throw unsupported(`bounds between which there is no ${kind}`)
  return grammar
}
