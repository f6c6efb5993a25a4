import { integerRange, LARGEST } from './integer-range'
import { CHARACTER, FORMATS, INTEGER, NUMBER } from './json-values'
import { type GrammarRules, repeat } from './rules'
import { type Keywords, unsupported } from './schema-keywords'

/** Repetitions that are counted one by one; longer ones are counted in blocks of as many. llama.cpp takes 2,000 at most. */
const BLOCK = 500
const LONGEST = 1900 * BLOCK

/** GBNF for a string. @throws AppError `unsupported_schema` */
export function text(
  rules: GrammarRules,
  { format, minLength = 0, maxLength }: Pick<Keywords, 'format' | 'minLength' | 'maxLength'>,
): string {
  if (maxLength !== undefined && minLength > maxLength)
    throw unsupported('`minLength` above `maxLength`')
  if (Math.max(minLength, maxLength ?? 0) > LONGEST) throw unsupported(`lengths above ${LONGEST}`)
  if (format === undefined) return `"\\"" ${characters(rules, minLength, maxLength)} "\\""`
  const form = FORMATS[format]
  if (!form) throw unsupported(`the format \`${format}\``)
  return `"\\"" ${form} "\\""`
}

function characters(rules: GrammarRules, min: number, max: number | undefined): string {
  // A rule of its own, because what is repeated counts with everything that is in it.
  const one = rules.add(CHARACTER)
  rules.visitRepetition(Math.max(min, max ?? 0))
  if (Math.max(min, max ?? 0) <= BLOCK) return repeat(one, min, max)
  const block = rules.add(repeat(one, BLOCK, BLOCK))
  const blocks = (low: number, high: number) => (high > 0 ? repeat(block, low, high) : '""')
  const whole = Math.floor(min / BLOCK)
  const first = `${blocks(whole, whole)} ${repeat(one, min % BLOCK, min % BLOCK)}`
  if (max === undefined) return `${first} ${one}*`
  const more = Math.floor((max - min) / BLOCK)
  const all = `${blocks(more, more)} ${repeat(one, 0, (max - min) % BLOCK)}`
  return more === 0
    ? `${first} ${all}`
    : `${first} (${blocks(0, more - 1)} ${repeat(one, 0, BLOCK - 1)} | ${all})`
}

/** GBNF for an integer. @throws AppError `unsupported_schema` */
export function integer(keywords: Keywords): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = keywords
  const lows = [
    minimum,
    exclusiveMinimum === undefined ? undefined : Math.floor(exclusiveMinimum) + 1,
  ]
  const highs = [
    maximum,
    exclusiveMaximum === undefined ? undefined : Math.ceil(exclusiveMaximum) - 1,
  ]
  const bounds = [...lows, ...highs].filter((bound) => bound !== undefined)
  if (bounds.length === 0) return INTEGER
  const low = Math.ceil(Math.max(-LARGEST, ...lows.filter((bound) => bound !== undefined)))
  const high = Math.floor(Math.min(LARGEST, ...highs.filter((bound) => bound !== undefined)))
  if (low > high) throw unsupported('bounds between which there is no integer')
  return integerRange(low, high)
}

/** GBNF for a number. @throws AppError `unsupported_schema` */
export function number(keywords: Keywords): string {
  for (const name of ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const)
    if (keywords[name] !== undefined)
      throw unsupported(`\`${name}\` for numbers that are not integers`)
  return NUMBER
}
