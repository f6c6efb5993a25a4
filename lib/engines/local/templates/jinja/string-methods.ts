import { ArgumentReader } from './arguments'
import { formatBraces } from './string-format'
import { TaintedString } from './tainted-string'
import {
  type Arguments,
  Callable,
  iterate,
  TemplateError,
  Tuple,
  typeName,
  type Value,
} from './values'

type Method = (text: TaintedString, args: ArgumentReader) => Value

/** Python's methods of `str` that chat templates use, by name. */
const METHODS: Readonly<Record<string, Method>> = {
  upper: (text) => text.map((run) => run.toUpperCase()),
  lower: (text) => text.map((run) => run.toLowerCase()),
  title: (text) => titleCase(text),
  capitalize: (text) => capitalize(text),
  strip: (text, args) => strip(text, args.find(0, 'chars')),
  lstrip: (text, args) => strip(text, args.find(0, 'chars'), 'left'),
  rstrip: (text, args) => strip(text, args.find(0, 'chars'), 'right'),
  startswith: (text, args) => affixes(args).some((affix) => text.value.startsWith(affix)),
  endswith: (text, args) => affixes(args).some((affix) => text.value.endsWith(affix)),
  removeprefix: (text, args) => {
    const { value } = args.text(0, 'prefix')
    return text.value.startsWith(value) ? text.slice(value.length) : text
  },
  removesuffix: (text, args) => {
    const { value } = args.text(0, 'suffix')
    const ends = value !== '' && text.value.endsWith(value)
    return ends ? text.slice(0, text.value.length - value.length) : text
  },
  split: (text, args) => split(text, args.find(0, 'sep'), args.integer(1, 'maxsplit', -1)),
  rsplit: (text, args) => rsplit(text, args.find(0, 'sep'), args.integer(1, 'maxsplit', -1)),
  splitlines: (text) => lines(text),
  partition: (text, args) => partition(text, args.text(0, 'sep').value, 'first'),
  rpartition: (text, args) => partition(text, args.text(0, 'sep').value, 'last'),
  replace: (text, args) =>
    replace(text, args.text(0, 'old').value, args.text(1, 'new'), args.integer(2, 'count', -1)),
  join: (text, args) => TaintedString.join(iterate(args.value(0, 'iterable')).map(asString), text),
  find: (text, args) => BigInt(codePoints(text, text.value.indexOf(args.text(0, 'sub').value))),
  rfind: (text, args) =>
    BigInt(codePoints(text, text.value.lastIndexOf(args.text(0, 'sub').value))),
  count: (text, args) => BigInt(text.value.split(args.text(0, 'sub').value).length - 1),
  format: (text, args) => formatBraces(text, args.args),
  isdigit: (text) => /^\p{Nd}+$/u.test(text.value),
  isalpha: (text) => /^\p{L}+$/u.test(text.value),
  isalnum: (text) => /^[\p{L}\p{N}]+$/u.test(text.value),
  isspace: (text) => /^\s+$/.test(text.value),
  isupper: (text) => /\p{Lu}/u.test(text.value) && !/\p{Ll}/u.test(text.value),
  islower: (text) => /\p{Ll}/u.test(text.value) && !/\p{Lu}/u.test(text.value),
  zfill: (text, args) =>
    TaintedString.concat([
      '0'.repeat(Math.max(0, args.integer(0, 'width', 0) - text.value.length)),
      text,
    ]),
}

/** A method of a string, bound to it; undefined when there is none of that name. */
export function stringMethod(text: TaintedString, name: string): Callable | undefined {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined
  return (
    method && new Callable(name, (args: Arguments) => method(text, new ArgumentReader(name, args)))
  )
}

/** Python's `str.strip`: white space, or the characters of a set, of one end or both. */
export function strip(
  text: TaintedString,
  chars: Value | undefined,
  side: 'left' | 'right' | 'both' = 'both',
): TaintedString {
  const set = chars === undefined || chars === null ? null : new Set(asString(chars).value)
  const goes = (character: string) => (set ? set.has(character) : isSpace(character))
  const { value } = text
  let [from, to] = [0, value.length]
  if (side !== 'right') while (from < to && goes(value[from] ?? '')) from++
  if (side !== 'left') while (to > from && goes(value[to - 1] ?? '')) to--
  return text.slice(from, to)
}

/** Python's white space: JavaScript's without the byte order mark, with four separators more. */
const isSpace = (character: string): boolean =>
  character !== '\ufeff' &&
  (/\s/.test(character) || character === '\x85' || (character >= '\x1c' && character <= '\x1f'))

/** Python's `str.replace`; a negative count replaces all. */
export function replace(
  text: TaintedString,
  old: string,
  by: TaintedString,
  count = -1,
): TaintedString {
  if (old === '')
    return TaintedString.concat([
      by,
      ...[...text.value].flatMap((_, at) => [text.slice(at, at + 1), by]),
    ])
  const parts = splitText(text, old, count)
  return parts.length === 1 ? text : TaintedString.join(parts, by)
}

function splitText(text: TaintedString, separator: string, most: number): TaintedString[] {
  const parts: TaintedString[] = []
  let from = 0
  for (let at = text.value.indexOf(separator); at >= 0; at = text.value.indexOf(separator, from)) {
    if (parts.length === most) break
    parts.push(text.slice(from, at))
    from = at + separator.length
  }
  return [...parts, text.slice(from)]
}

function split(text: TaintedString, separator: Value | undefined, most: number): Value[] {
  if (separator === undefined || separator === null) return words(text, most)
  const { value } = asString(separator)
  if (value === '') throw new TemplateError('empty separator')
  return splitText(text, value, most)
}

/** Python's split at white space: none is kept, and none makes an empty word. */
function words(text: TaintedString, most: number): Value[] {
  const found: TaintedString[] = []
  const { value } = text
  let at = 0
  for (;;) {
    while (at < value.length && isSpace(value[at] ?? '')) at++
    if (at === value.length) return found
    if (found.length === most) return [...found, text.slice(at)]
    const from = at
    while (at < value.length && !isSpace(value[at] ?? '')) at++
    found.push(text.slice(from, at))
  }
}

function rsplit(text: TaintedString, separator: Value | undefined, most: number): Value[] {
  const parts = split(text, separator, -1)
  if (most < 0 || parts.length <= most + 1 || !(separator instanceof TaintedString)) return parts
  const first = parts.slice(0, parts.length - most).map(asString)
  return [TaintedString.join(first, separator), ...parts.slice(parts.length - most)]
}

function lines(text: TaintedString): Value[] {
  const found: TaintedString[] = []
  let from = 0
  for (const match of text.value.matchAll(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/g)) {
    found.push(text.slice(from, match.index))
    from = match.index + match[0].length
  }
  return from === text.value.length ? found : [...found, text.slice(from)]
}

function partition(text: TaintedString, separator: string, which: 'first' | 'last'): Tuple {
  const at = which === 'first' ? text.value.indexOf(separator) : text.value.lastIndexOf(separator)
  const { empty } = TaintedString
  if (at < 0) return new Tuple(which === 'first' ? [text, empty, empty] : [empty, empty, text])
  const end = at + separator.length
  return new Tuple([text.slice(0, at), text.slice(at, end), text.slice(end)])
}

export const capitalize = (text: TaintedString): TaintedString =>
  TaintedString.concat([
    text.slice(0, 1).map((run) => run.toUpperCase()),
    text.slice(1).map((run) => run.toLowerCase()),
  ])

export const titleCase = (text: TaintedString): TaintedString =>
  text.map((run) =>
    run.replace(/\p{L}+/gu, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()),
  )

function affixes(args: ArgumentReader): string[] {
  const value = args.value(0, 'prefix')
  return (value instanceof Tuple ? value.items : [value]).map((affix) => asString(affix).value)
}

export function asString(value: Value): TaintedString {
  if (value instanceof TaintedString) return value
  throw new TemplateError(`a string was expected, not ${typeName(value)}`)
}

const codePoints = (text: TaintedString, at: number): number =>
  at < 0 ? at : [...text.value.slice(0, at)].length
