import { floatText, repr, toText } from './python-text'
import { TaintedString } from './tainted-string'
import { type Arguments, numberOf, TemplateError, Tuple, type Value } from './values'

/** Python's `str.format` with names, numbers and the simple format specifications. */
export function formatBraces(text: TaintedString, { positional, named }: Arguments): TaintedString {
  let next = 0
  const parts: (TaintedString | string)[] = []
  let from = 0
  for (const match of text.value.matchAll(/\{\{|\}\}|\{([^{}:!]*)(?:!([rs]))?(?::([^{}]*))?\}/g)) {
    parts.push(text.slice(from, match.index))
    from = match.index + match[0].length
    if (match[0] === '{{' || match[0] === '}}') {
      parts.push(match[0].slice(1))
      continue
    }
    const name = match[1] ?? ''
    const value = name === '' ? positional[next++] : (named.get(name) ?? positional[Number(name)])
    if (value === undefined) throw new TemplateError(`format() was not given '${name || next - 1}'`)
    parts.push(match[2] === 'r' ? repr(value) : formatted(value, match[3] ?? ''))
  }
  return TaintedString.concat([...parts, text.slice(from)])
}

/** Python's `text % values`: `%s`, `%r`, `%d`, `%f` and `%%`, with width and precision. */
export function formatPercent(text: TaintedString, values: Value): TaintedString {
  const given = values instanceof Tuple ? values.items : [values]
  let next = 0
  const parts: (TaintedString | string)[] = []
  let from = 0
  for (const match of text.value.matchAll(/%(?:%|(0?\d*)(?:\.(\d+))?([srdif]))/g)) {
    parts.push(text.slice(from, match.index))
    from = match.index + match[0].length
    if (match[0] === '%%') {
      parts.push('%')
      continue
    }
    const value = given[next++]
    if (value === undefined) throw new TemplateError('not enough arguments for format string')
    const kind = match[3] === 'i' ? 'd' : match[3]
    const precision = match[2] === undefined ? '' : `.${match[2]}`
    parts.push(
      kind === 'r' ? repr(value) : formatted(value, `${match[1] ?? ''}${precision}${kind}`),
    )
  }
  return TaintedString.concat([...parts, text.slice(from)])
}

/** Halves go to the even digit, as in Python. */
function fixed(value: number, digits: number): string {
  const scaled = value * 10 ** digits
  const isHalf = Math.abs(scaled % 1) === 0.5
  return (isHalf ? (2 * Math.round(scaled / 2)) / 10 ** digits : value).toFixed(digits)
}

/** @see https://docs.python.org/3/library/string.html#format-specification-mini-language */
function formatted(value: Value, specification: string): TaintedString {
  const match = /^([<>^])?(0)?(\d+)?(?:\.(\d+))?([sdf])?$/.exec(specification)
  if (!match) throw new TemplateError(`Invalid format specifier '${specification}'`)
  const [, align, zero, width, precision, kind] = match
  const number = numberOf(value)
  const text =
    number !== undefined && (kind === 'f' || (precision !== undefined && kind !== 's'))
      ? TaintedString.plain(fixed(Number(number), Number(precision ?? 6)))
      : kind === 'd' && typeof number === 'number'
        ? TaintedString.plain(floatText(Math.trunc(number)).replace(/\.0$/, ''))
        : toText(value)
  const missing = Math.max(0, Number(width ?? 0) - text.value.length)
  const fill = (zero && number !== undefined ? '0' : ' ').repeat(missing)
  const isLeft = align ? align === '<' : number === undefined
  return TaintedString.concat(isLeft ? [text, fill] : [fill, text])
}
