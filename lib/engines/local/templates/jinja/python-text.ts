import { TaintedString } from './tainted-string'
import {
  Callable,
  Dict,
  iterate,
  TemplateError,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from './values'

const { concat, join, plain } = TaintedString

/** Python's `str(value)`, which is what `{{ value }}` writes. */
export function toText(value: Value): TaintedString {
  if (value instanceof TaintedString) return value
  return value instanceof Undefined ? TaintedString.empty : repr(value)
}

/** Python's `repr(value)`: how members of a list are written. */
export function repr(value: Value): TaintedString {
  if (value === null) return plain('None')
  if (typeof value === 'boolean') return plain(value ? 'True' : 'False')
  if (typeof value === 'bigint') return plain(String(value))
  if (typeof value === 'number') return plain(floatText(value))
  if (value instanceof TaintedString)
    return value.isMarkup ? concat(['Markup(', quoted(value), ')']) : quoted(value)
  if (Array.isArray(value)) return concat(['[', list(value), ']'])
  if (value instanceof Tuple)
    return concat(['(', list(value.items), value.items.length === 1 ? ',)' : ')'])
  if (value instanceof Dict) return concat(['{', members(value), '}'])
  if (value instanceof Undefined) return plain('Undefined')
  return plain(value instanceof Callable ? `<function ${value.name}>` : '<Namespace>')
}

const list = (items: readonly Value[]): TaintedString => join(items.map(repr), plain(', '))

const members = (dict: Dict): TaintedString =>
  join(
    dict.entries().map(([key, value]) => concat([repr(key), ': ', repr(value)])),
    plain(', '),
  )

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

function quoted(text: TaintedString): TaintedString {
  const quote = text.value.includes("'") && !text.value.includes('"') ? '"' : "'"
  const escaped = text.map((run) =>
    run.replace(/[\\\n\r\t'\p{Cc}]/gu, (character) => {
      if (character === "'") return quote === "'" ? "\\'" : "'"
      return ESCAPES[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
    }),
  )
  return concat([quote, escaped, quote])
}

/** Python's shortest text of a float: always with a dot or an exponent. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Object.is(value, -0)) return '-0.0'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e')
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`
  }
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

export type JsonStyle = {
  /** What one level is indented by; null is all on one line. */
  indent: string | null
  itemSeparator: string
  keySeparator: string
  sortKeys: boolean
  ensureAscii: boolean
}

/**
 * Python's `json.dumps`, as transformers uses it: non-ASCII characters stay.
 * @throws TemplateError for what JSON has no form for
 */
export function toJson(value: Value, style: JsonStyle, depth = 0): TaintedString {
  if (value === null) return plain('null')
  if (typeof value === 'boolean' || typeof value === 'bigint') return plain(String(value))
  if (typeof value === 'number') return plain(jsonNumber(value))
  if (value instanceof TaintedString) return jsonString(value, style)
  if (Array.isArray(value) || value instanceof Tuple) {
    const items = iterate(value).map((item) => toJson(item, style, depth + 1))
    return enclosed(['[', ']'], items, style, depth)
  }
  if (value instanceof Dict) {
    const entries = value.entries()
    if (style.sortKeys) entries.sort(([a], [b]) => compareKeys(a, b))
    const items = entries.map(([key, member]) =>
      concat([jsonKey(key, style), style.keySeparator, toJson(member, style, depth + 1)]),
    )
    return enclosed(['{', '}'], items, style, depth)
  }
  throw new TemplateError(`Object of type ${typeName(value)} is not JSON serializable`)
}

function enclosed(
  [open, close]: readonly [string, string],
  items: readonly TaintedString[],
  { indent, itemSeparator }: JsonStyle,
  depth: number,
): TaintedString {
  if (items.length === 0) return plain(open + close)
  const line = (levels: number) => (indent === null ? '' : `\n${indent.repeat(levels)}`)
  const body = join(items, plain(itemSeparator + line(depth + 1)))
  return concat([open, line(depth + 1), body, line(depth), close])
}

function jsonString(text: TaintedString, { ensureAscii }: JsonStyle): TaintedString {
  const inner = text.map((run) => {
    // Well-formed halves of a pair stay together, because a run never ends between them.
    const json = JSON.stringify(run).slice(1, -1)
    return ensureAscii ? json.replace(/[\u007f-\uffff]/g, unicodeEscape) : json
  })
  return concat(['"', inner, '"'])
}

const unicodeEscape = (unit: string): string =>
  `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

function jsonKey(key: Value, style: JsonStyle): TaintedString {
  if (key instanceof TaintedString) return jsonString(key, style)
  return concat(['"', toJson(key, style), '"'])
}

function jsonNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  return floatText(value)
}

const compareKeys = (a: Value, b: Value): number => {
  const [left, right] = [toText(a).value, toText(b).value]
  return left < right ? -1 : Number(left > right)
}
