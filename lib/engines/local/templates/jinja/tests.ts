import { compare, contains } from './operators'
import { TaintedString } from './tainted-string'
import {
  Callable,
  Dict,
  isEqual,
  numberOf,
  TemplateError,
  Tuple,
  Undefined,
  type Value,
} from './values'

type Test = (value: Value, argument: Value) => boolean

const isNumber: Test = (value) => numberOf(value) !== undefined
const isText = (value: Value): value is TaintedString => value instanceof TaintedString
const isSequence: Test = (value) =>
  isText(value) || Array.isArray(value) || value instanceof Tuple || value instanceof Dict
const remainder = (value: Value, by: bigint): bigint => {
  const number = numberOf(value)
  if (typeof number !== 'bigint') throw new TemplateError('an integer was expected in a test')
  return ((number % by) + by) % by
}

const equal: Test = (a, b) => isEqual(a, b)
const unequal: Test = (a, b) => !isEqual(a, b)
const above: Test = (a, b) => compare(a, b) > 0
const below: Test = (a, b) => compare(a, b) < 0

/** jinja2's tests. @see https://jinja.palletsprojects.com/en/stable/templates/#list-of-builtin-tests */
const TESTS: Readonly<Record<string, Test>> = {
  defined: (value) => !(value instanceof Undefined),
  undefined: (value) => value instanceof Undefined,
  none: (value) => value === null,
  true: (value) => value === true,
  false: (value) => value === false,
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => typeof value === 'bigint',
  float: (value) => typeof value === 'number',
  number: isNumber,
  string: isText,
  mapping: (value) => value instanceof Dict,
  sequence: isSequence,
  iterable: (value, argument) => isSequence(value, argument) || value instanceof Undefined,
  callable: (value) => value instanceof Callable,
  even: (value) => remainder(value, 2n) === 0n,
  odd: (value) => remainder(value, 2n) === 1n,
  divisibleby: (value, by) => remainder(value, typeof by === 'bigint' ? by : 1n) === 0n,
  lower: (value) =>
    isText(value) && /\p{L}/u.test(value.value) && value.value === value.value.toLowerCase(),
  upper: (value) =>
    isText(value) && /\p{L}/u.test(value.value) && value.value === value.value.toUpperCase(),
  in: (value, container) => contains(container, value),
  sameas: (a, b) => a === b || (!(a instanceof Dict) && !Array.isArray(a) && isEqual(a, b)),
  eq: equal,
  equalto: equal,
  '==': equal,
  ne: unequal,
  '!=': unequal,
  gt: above,
  greaterthan: above,
  '>': above,
  lt: below,
  lessthan: below,
  '<': below,
  ge: (a, b) => compare(a, b) >= 0,
  '>=': (a, b) => compare(a, b) >= 0,
  le: (a, b) => compare(a, b) <= 0,
  '<=': (a, b) => compare(a, b) <= 0,
}

/** `value is name(argument)`. @throws TemplateError when there is no such test */
export function passes(name: string, value: Value, argument: Value = null): boolean {
  const test = Object.hasOwn(TESTS, name) ? TESTS[name] : undefined
  if (!test) throw new TemplateError(`No test named '${name}'`)
  return test(value, argument)
}
