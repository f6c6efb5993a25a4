import { ArgumentReader } from './arguments'
import { escapeHtml } from './arithmetic'
import { readJson } from './json-reader'
import { pairs } from './members'
import { type JsonStyle, toJson, toText } from './python-text'
import { keyOf, SEQUENCE_FILTERS } from './sequence-filters'
import { capitalize, replace, strip, titleCase } from './string-methods'
import { TaintedString } from './tainted-string'
import {
  type Arguments,
  Dict,
  isTrue,
  iterate,
  numberOf,
  TemplateError,
  Tuple,
  Undefined,
  type Value,
} from './values'

export type Filter = (value: Value, args: ArgumentReader) => Value

/** jinja2's filters of single values; those of lists are in their own table. */
const VALUE_FILTERS: Readonly<Record<string, Filter>> = {
  abs: (value) => {
    const number = numberOf(value)
    if (number === undefined) throw new TemplateError('abs: a number was expected')
    return number < 0 ? -number : number
  },
  capitalize: (value) => capitalize(toText(value)),
  default: withDefault,
  d: withDefault,
  e: (value) => escapeHtml(toText(value)).markedAsHtml(),
  escape: (value) => escapeHtml(toText(value)).markedAsHtml(),
  float: (value) => {
    const number = Number(numberOf(value) ?? toText(value).value)
    return Number.isNaN(number) ? 0 : number
  },
  int: (value, args) => {
    const number = numberOf(value) ?? integerOf(toText(value).value.trim())
    if (number === undefined || Number.isNaN(number)) return args.find(0, 'default') ?? 0n
    return BigInt(typeof number === 'bigint' ? number : Math.trunc(number))
  },
  from_json: (value) => readJson(toText(value)),
  fromjson: (value) => readJson(toText(value)),
  indent: (value, args) => indent(toText(value), args),
  items: (value) => {
    if (value instanceof Undefined) return []
    if (value instanceof Dict) return pairs(value)
    throw new TemplateError('Can only get item pairs from a mapping.')
  },
  lower: (value) => toText(value).map((run) => run.toLowerCase()),
  map: (value, args) => (isTrue(value) ? iterate(value).map(mapping(args)) : []),
  replace: (value, args) =>
    replace(
      toText(value),
      toText(args.value(0, 'old')).value,
      toText(args.value(1, 'new')),
      args.integer(2, 'count', -1),
    ),
  round: (value, args) => {
    const scale = 10 ** args.integer(0, 'precision', 0)
    return Math.round(Number(numberOf(value) ?? 0) * scale) / scale
  },
  safe: (value) => toText(value).markedAsHtml(),
  string: (value) => toText(value),
  title: (value) => titleCase(toText(value)),
  tojson: (value, args) => toJson(value, jsonStyle(args)),
  trim: (value, args) => strip(toText(value), args.find(0, 'chars')),
  upper: (value) => toText(value).map((run) => run.toUpperCase()),
  urlencode: (value) => toText(value).map(encodeURIComponent),
  wordcount: (value) => BigInt(toText(value).value.match(/\S+/g)?.length ?? 0),
}

/** `value | name(…)`. @throws TemplateError when there is no such filter */
export function applyFilter(name: string, value: Value, args: Arguments): Value {
  for (const filters of [VALUE_FILTERS, SEQUENCE_FILTERS]) {
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined
    if (filter) return filter(value, new ArgumentReader(name, args))
  }
  throw new TemplateError(`No filter named '${name}'.`)
}

/** `map('filter', …)`, or `map(attribute='name', default=…)`. */
function mapping({ args }: ArgumentReader): (item: Value) => Value {
  const [name, ...positional] = args.positional
  if (name !== undefined)
    return (item) => applyFilter(toText(name).value, item, { positional, named: args.named })
  const attribute = args.named.get('attribute')
  if (attribute === undefined) throw new TemplateError('map requires a filter argument')
  const key = keyOf(attribute)
  const otherwise = args.named.get('default')
  return (item) => {
    const found = key(item)
    return found instanceof Undefined && otherwise !== undefined ? otherwise : found
  }
}

function withDefault(value: Value, args: ArgumentReader): Value {
  const replacesFalse = args.flag(1, 'boolean')
  const isMissing = value instanceof Undefined || (replacesFalse && !isTrue(value))
  return isMissing ? (args.find(0, 'default_value') ?? TaintedString.empty) : value
}

const integerOf = (text: string): bigint | number | undefined => {
  if (/^[-+]?\d+$/.test(text)) return BigInt(text.replace(/^\+/, ''))
  return text === '' ? undefined : Number(text)
}

/** As transformers has it, whose `tojson` is `json.dumps` and not jinja2's for HTML. */
function jsonStyle(args: ArgumentReader): JsonStyle {
  const width = args.find(1, 'indent')
  const separators = args.find(2, 'separators')
  const indent =
    width instanceof TaintedString
      ? width.value
      : typeof width === 'bigint'
        ? ' '.repeat(Number(width))
        : null
  const [item, key] =
    separators instanceof Tuple || Array.isArray(separators)
      ? separators instanceof Tuple
        ? separators.items
        : separators
      : []
  return {
    indent,
    itemSeparator: item === undefined ? (indent === null ? ', ' : ',') : toText(item).value,
    keySeparator: key === undefined ? ': ' : toText(key).value,
    sortKeys: args.flag(3, 'sort_keys'),
    ensureAscii: args.flag(0, 'ensure_ascii'),
  }
}

function indent(text: TaintedString, args: ArgumentReader): TaintedString {
  const width = args.find(0, 'width') ?? 4n
  const indention =
    width instanceof TaintedString ? width : TaintedString.plain(' '.repeat(Number(width)))
  const indentsFirst = args.flag(1, 'first')
  const indentsBlank = args.flag(2, 'blank')
  const lines: TaintedString[] = []
  let from = 0
  for (const part of text.value.split('\n')) {
    const line = text.slice(from, from + part.length)
    from += part.length + 1
    const isIndented = lines.length === 0 ? indentsFirst : part !== '' || indentsBlank
    lines.push(isIndented ? TaintedString.concat([indention, line]) : line)
  }
  return TaintedString.join(lines, TaintedString.plain('\n'))
}
