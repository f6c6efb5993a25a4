import { arithmetic } from './arithmetic'
import { toText } from './python-text'
import { TaintedString } from './tainted-string'
import {
  characters,
  Dict,
  isEqual,
  iterate,
  numberOf,
  TemplateError,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from './values'

/** A binary operator besides `and` and `or`. @throws TemplateError where Python would */
export function applyOperator(operator: string, left: Value, right: Value): Value {
  switch (operator) {
    case '==':
      return isEqual(left, right)
    case '!=':
      return !isEqual(left, right)
    case 'in':
      return contains(right, left)
    case 'not in':
      return !contains(right, left)
    case '~':
      return TaintedString.concat([toText(left), toText(right)])
    case '<':
      return compare(left, right) < 0
    case '<=':
      return compare(left, right) <= 0
    case '>':
      return compare(left, right) > 0
    case '>=':
      return compare(left, right) >= 0
    default:
      return arithmetic(operator, left, right)
  }
}

/** Python's `item in container`. */
export function contains(container: Value, item: Value): boolean {
  if (container instanceof TaintedString) {
    if (item instanceof TaintedString) return container.value.includes(item.value)
    throw new TemplateError(`'in <string>' requires string, not ${typeName(item)}`)
  }
  if (container instanceof Dict) return container.has(item)
  return iterate(container).some((member) => isEqual(member, item))
}

/** Below, equal or above, for numbers, strings and lists. @throws TemplateError for anything else */
export function compare(left: Value, right: Value): number {
  const [a, b] = [numberOf(left), numberOf(right)]
  if (a !== undefined && b !== undefined) return a < b ? -1 : Number(a > b)
  if (left instanceof TaintedString && right instanceof TaintedString)
    return compareText(left.value, right.value)
  if (isSequence(left) && isSequence(right)) {
    const [these, those] = [iterate(left), iterate(right)]
    for (const [at, item] of these.entries()) {
      const other = those[at]
      if (other === undefined) return 1
      if (!isEqual(item, other)) return compare(item, other)
    }
    return these.length - those.length
  }
  if (left instanceof Undefined) throw new TemplateError(left.hint)
  if (right instanceof Undefined) throw new TemplateError(right.hint)
  throw new TemplateError(`'<' not supported between '${typeName(left)}' and '${typeName(right)}'`)
}

/** By code points, as Python does, which differs from UTF-16 above U+FFFF. */
function compareText(a: string, b: string): number {
  const [these, those] = [[...a], [...b]]
  for (const [at, character] of these.entries()) {
    const other = those[at]
    if (other === undefined) return 1
    if (character !== other) return (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0)
  }
  return these.length - those.length
}

const isSequence = (value: Value): value is Value[] | Tuple =>
  Array.isArray(value) || value instanceof Tuple

/** Python's `value[start:stop:step]`. */
export function slice(
  value: Value,
  [start, stop, step]: readonly [number | null, number | null, number | null],
): Value {
  if (value instanceof Undefined) return value
  const items = value instanceof TaintedString ? characters(value) : iterate(value)
  const by = step ?? 1
  if (by === 0) throw new TemplateError('slice step cannot be zero')
  const last = items.length
  const clamp = (at: number) =>
    Math.min(Math.max(at < 0 ? at + last : at, by < 0 ? -1 : 0), by < 0 ? last - 1 : last)
  const from = start === null ? (by < 0 ? last - 1 : 0) : clamp(start)
  const to = stop === null ? (by < 0 ? -1 : last) : clamp(stop)
  const taken: Value[] = []
  for (let at = from; by > 0 ? at < to : at > to; at += by) taken.push(items[at] ?? null)
  if (value instanceof TaintedString)
    return TaintedString.concat(taken.filter((item) => item instanceof TaintedString))
  return value instanceof Tuple ? new Tuple(taken) : taken
}
