import type { Argument, Expression, Slice } from './ast'
import { applyFilter } from './filters'
import { attribute, member } from './members'
import { applyOperator, slice } from './operators'
import { toText } from './python-text'
import { passes } from './tests'
import type { Scope } from './values'
import {
  type Arguments,
  Callable,
  Dict,
  isTrue,
  iterate,
  numberOf,
  str,
  TemplateError,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from './values'

/** What an expression is worth. @throws TemplateError where jinja2 would */
export function evaluate(node: Expression, scope: Scope): Value {
  switch (node.type) {
    case 'IntegerLiteral':
      return BigInt(node.value)
    case 'FloatLiteral':
      return node.value
    case 'StringLiteral':
      return str(node.value)
    case 'Identifier':
      return identifier(node.value, scope)
    case 'ArrayLiteral':
      return node.value.map((item) => evaluate(item, scope))
    case 'TupleLiteral':
      return new Tuple(node.value.map((item) => evaluate(item, scope)))
    case 'ObjectLiteral':
      return new Dict(
        [...node.value].map(([key, value]) => [evaluate(key, scope), evaluate(value, scope)]),
      )
    case 'MemberExpression':
      return memberOf(node, scope)
    case 'CallExpression':
      return call(node, scope)
    case 'BinaryExpression':
      return binary(node, scope)
    case 'UnaryExpression':
      return unary(node.operator.value, evaluate(node.argument, scope))
    case 'FilterExpression':
      return filtered(evaluate(node.operand, scope), node.filter, scope)
    case 'TestExpression':
      return passes(node.test.value, evaluate(node.operand, scope)) !== node.negate
    case 'SelectExpression':
      return isTrue(evaluate(node.test, scope))
        ? evaluate(node.lhs, scope)
        : new Undefined(
            'the inline if-expression evaluated to false and no else section was defined.',
          )
    case 'Ternary':
      return evaluate(
        isTrue(evaluate(node.condition, scope)) ? node.trueExpr : node.falseExpr,
        scope,
      )
  }
}

/** Names that are values for the parser. */
const WORDS = new Map<string, Value>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
])

function identifier(name: string, scope: Scope): Value {
  const word = WORDS.get(name)
  return word === undefined ? scope.get(name) : word
}

function memberOf(
  { object, property, computed }: Extract<Expression, { type: 'MemberExpression' }>,
  scope: Scope,
): Value {
  const value = evaluate(object, scope)
  if (property.type === 'SliceExpression') return slice(value, bounds(property, scope))
  if (computed) return member(value, evaluate(property, scope))
  return property.type === 'Identifier'
    ? attribute(value, property.value)
    : member(value, evaluate(property, scope))
}

function bounds({ start, stop, step }: Slice, scope: Scope) {
  const at = (part: Expression | undefined): number | null => {
    const value = part ? evaluate(part, scope) : null
    if (value === null) return null
    const number = numberOf(value)
    if (typeof number !== 'bigint')
      throw new TemplateError('slice indices must be integers or None')
    return Number(number)
  }
  return [at(start), at(stop), at(step)] as const
}

function binary(
  { operator, left, right }: Extract<Expression, { type: 'BinaryExpression' }>,
  scope: Scope,
): Value {
  const value = evaluate(left, scope)
  if (operator.value === 'and') return isTrue(value) ? evaluate(right, scope) : value
  if (operator.value === 'or') return isTrue(value) ? value : evaluate(right, scope)
  return applyOperator(operator.value, value, evaluate(right, scope))
}

function unary(operator: string, value: Value): Value {
  if (operator === 'not') return !isTrue(value)
  const number = numberOf(value)
  if (number === undefined)
    throw new TemplateError(`bad operand type for unary ${operator}: '${typeName(value)}'`)
  return operator === '-' ? -number : number
}

/** A value through a filter, which is a name or a call of one. */
export function filtered(value: Value, filter: Expression, scope: Scope): Value {
  const isCall = filter.type === 'CallExpression'
  const name = isCall ? filter.callee : filter
  if (name.type !== 'Identifier') throw new TemplateError('a filter is called by its name')
  return applyFilter(name.value, value, readArguments(isCall ? filter.args : [], scope))
}

/** Calls a function, a method or a macro, with further arguments by name. */
export function call(
  node: Expression,
  scope: Scope,
  further: ReadonlyMap<string, Value> = new Map(),
): Value {
  if (node.type !== 'CallExpression') throw new TemplateError('a call was expected')
  const callee = evaluate(node.callee, scope)
  if (callee instanceof Undefined) throw new TemplateError(callee.hint)
  if (!(callee instanceof Callable))
    throw new TemplateError(`'${typeName(callee)}' object is not callable`)
  const { positional, named } = readArguments(node.args, scope)
  return callee.call({ positional, named: new Map([...named, ...further]) })
}

function readArguments(args: readonly Argument[], scope: Scope): Arguments {
  const positional: Value[] = []
  const named = new Map<string, Value>()
  for (const argument of args) {
    switch (argument.type) {
      case 'KeywordArgumentExpression':
        named.set(argument.key.value, evaluate(argument.value, scope))
        break
      case 'SpreadExpression':
        positional.push(...iterate(evaluate(argument.argument, scope)))
        break
      case 'KeywordSpreadExpression': {
        const dict = evaluate(argument.argument, scope)
        if (dict instanceof Dict)
          for (const [key, value] of dict.entries()) named.set(toText(key).value, value)
        break
      }
      default:
        positional.push(evaluate(argument, scope))
    }
  }
  return { positional, named }
}
