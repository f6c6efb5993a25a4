import type { ArgumentReader } from './arguments'
import { member, pairs } from './members'
import { applyOperator, compare } from './operators'
import { toText } from './python-text'
import { TaintedString } from './tainted-string'
import { passes } from './tests'
import {
  Dict,
  isEqual,
  isTrue,
  iterate,
  numberOf,
  TemplateError,
  Tuple,
  Undefined,
  type Value,
} from './values'

type Filter = (value: Value, args: ArgumentReader) => Value

/** jinja2's filters of lists and mappings. @see https://jinja.palletsprojects.com/en/stable/templates/#list-of-builtin-filters */
export const SEQUENCE_FILTERS: Readonly<Record<string, Filter>> = {
  batch: (value, args) => {
    const size = Math.max(1, args.integer(0, 'linecount', 1))
    const items = iterate(value)
    return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
      items.slice(at * size, (at + 1) * size),
    )
  },
  count: lengthOf,
  length: lengthOf,
  dictsort: (value, args) => {
    if (!(value instanceof Dict)) throw new TemplateError('dictsort: a mapping was expected')
    const by = args.find(1, 'by')
    const at = by instanceof TaintedString && by.value === 'value' ? 1 : 0
    const sorted = sort(pairs(value), args.flag(0, 'case_sensitive'), (pair) =>
      pair instanceof Tuple ? (pair.items[at] ?? null) : null,
    )
    return args.flag(2, 'reverse') ? sorted.reverse() : sorted
  },
  first: (value) => iterate(value)[0] ?? new Undefined('No first item, sequence was empty.'),
  last: (value) => iterate(value).at(-1) ?? new Undefined('No last item, sequence was empty.'),
  groupby: (value, args) => {
    const key = keyOf(args.value(0, 'attribute'))
    const groups: { grouper: Value; list: Value[] }[] = []
    for (const item of sort(iterate(value), false, key)) {
      const grouper = key(item)
      const group = groups.at(-1)
      if (group && isEqual(group.grouper, grouper)) group.list.push(item)
      else groups.push({ grouper, list: [item] })
    }
    return groups.map(({ grouper, list }) => new Tuple([grouper, list]))
  },
  join: (value, args) => {
    const by = args.find(1, 'attribute')
    const items = by === undefined ? iterate(value) : iterate(value).map(keyOf(by))
    return TaintedString.join(items.map(toText), toText(args.find(0, 'd') ?? TaintedString.empty))
  },
  list: (value) => [...iterate(value)],
  max: (value, args) => extreme(value, args, 1),
  min: (value, args) => extreme(value, args, -1),
  select: (value, args) => present(value).filter((item) => isSelected(item, args, 0)),
  reject: (value, args) => present(value).filter((item) => !isSelected(item, args, 0)),
  selectattr: (value, args) => {
    const key = keyOf(args.value(0, 'attribute'))
    return present(value).filter((item) => isSelected(key(item), args, 1))
  },
  rejectattr: (value, args) => {
    const key = keyOf(args.value(0, 'attribute'))
    return present(value).filter((item) => !isSelected(key(item), args, 1))
  },
  reverse: (value) => {
    const items = [...iterate(value)].reverse()
    return value instanceof TaintedString ? TaintedString.concat(items.map(toText)) : items
  },
  sort: (value, args) => {
    const by = args.find(2, 'attribute')
    const isCaseSensitive = args.flag(1, 'case_sensitive')
    const sorted = sort(iterate(value), isCaseSensitive, by === undefined ? undefined : keyOf(by))
    return args.flag(0, 'reverse') ? sorted.reverse() : sorted
  },
  sum: (value, args) => {
    const by = args.find(0, 'attribute')
    const items = by === undefined ? iterate(value) : iterate(value).map(keyOf(by))
    return items.reduce((sum, item) => applyOperator('+', sum, item), args.find(1, 'start') ?? 0n)
  },
  unique: (value, args) => {
    const fold = folded(args.flag(0, 'case_sensitive'))
    const seen: Value[] = []
    return iterate(value).filter((item) => {
      if (seen.some((other) => isEqual(other, fold(item)))) return false
      seen.push(fold(item))
      return true
    })
  },
}

/** The member that `attribute` names: `a`, `a.b`, or a number. */
export function keyOf(attribute: Value): (item: Value) => Value {
  if (!(attribute instanceof TaintedString)) return (item) => member(item, attribute)
  const path = attribute.value
    .split('.')
    .map((name) => (/^\d+$/.test(name) ? BigInt(name) : TaintedString.plain(name)))
  return (item) => path.reduce<Value>((value, name) => member(value, name), item)
}

function lengthOf(value: Value): bigint {
  if (value === null || numberOf(value) !== undefined)
    throw new TemplateError(`object of type '${value === null ? 'NoneType' : 'int'}' has no len()`)
  return BigInt(iterate(value).length)
}

/** jinja2 selects from nothing where there is none. */
const present = (value: Value): readonly Value[] => (isTrue(value) ? iterate(value) : [])

/** Whether the test that the arguments name passes; without one, whether it is true. */
function isSelected(value: Value, { args }: ArgumentReader, at: number): boolean {
  const name = args.positional[at]
  return name === undefined
    ? isTrue(value)
    : passes(toText(name).value, value, args.positional[at + 1])
}

const folded =
  (isCaseSensitive: boolean) =>
  (value: Value): Value =>
    value instanceof TaintedString && !isCaseSensitive
      ? TaintedString.plain(value.value.toLowerCase())
      : value

function sort(
  items: readonly Value[],
  isCaseSensitive: boolean,
  key: (item: Value) => Value = (item) => item,
): Value[] {
  const fold = folded(isCaseSensitive)
  return items.toSorted((a, b) => compare(fold(key(a)), fold(key(b))))
}

function extreme(value: Value, args: ArgumentReader, sign: 1 | -1): Value {
  const by = args.find(1, 'attribute')
  const sorted = sort(
    iterate(value),
    args.flag(0, 'case_sensitive'),
    by === undefined ? undefined : keyOf(by),
  )
  const found = sign < 0 ? sorted[0] : sorted.at(-1)
  return found ?? new Undefined('No aggregated item, sequence was empty.')
}
