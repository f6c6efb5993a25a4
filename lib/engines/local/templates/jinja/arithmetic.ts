import { formatPercent } from './string-format'
import { TaintedString } from './tainted-string'
import { numberOf, TemplateError, Tuple, typeName, Undefined, type Value } from './values'

/** Python's `+ - * / // % **`, also for texts and lists. @throws TemplateError for types that have none */
export function arithmetic(operator: string, left: Value, right: Value): Value {
  if (left instanceof Undefined) throw new TemplateError(left.hint)
  if (right instanceof Undefined) throw new TemplateError(right.hint)
  if (operator === '+') {
    if (left instanceof TaintedString && right instanceof TaintedString) return joined(left, right)
    if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right]
    if (left instanceof Tuple && right instanceof Tuple)
      return new Tuple([...left.items, ...right.items])
  }
  if (operator === '%' && left instanceof TaintedString) return formatPercent(left, right)
  if (operator === '*') {
    if (typeof right === 'bigint' && isRepeatable(left)) return repeat(left, right)
    if (typeof left === 'bigint' && isRepeatable(right)) return repeat(right, left)
  }
  const [a, b] = [numberOf(left), numberOf(right)]
  if (a === undefined || b === undefined)
    throw new TemplateError(
      `unsupported operand type(s) for ${operator}: '${typeName(left)}' and '${typeName(right)}'`,
    )
  return typeof a === 'bigint' && typeof b === 'bigint'
    ? integers(operator, a, b)
    : floats(operator, Number(a), Number(b))
}

/** Text is escaped when it is added to HTML, also where nothing else is escaped. */
function joined(left: TaintedString, right: TaintedString): TaintedString {
  if (!left.isMarkup && !right.isMarkup) return TaintedString.concat([left, right])
  return TaintedString.concat([escapeHtml(left), escapeHtml(right)]).markedAsHtml()
}

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

/** As MarkupSafe does it; what is HTML already stays. */
export function escapeHtml(text: TaintedString): TaintedString {
  if (text.isMarkup) return text
  return text.map((run) => run.replace(/[&<>"']/g, (character) => HTML[character] ?? character))
}

const isRepeatable = (value: Value): value is TaintedString | Value[] =>
  value instanceof TaintedString || Array.isArray(value)

function repeat(value: TaintedString | Value[], times: bigint): Value {
  const copies = Array.from({ length: Math.max(0, Number(times)) }, () => value)
  return value instanceof TaintedString
    ? TaintedString.concat(copies.filter((copy) => copy instanceof TaintedString))
    : copies.flatMap((copy) => (Array.isArray(copy) ? copy : []))
}

function integers(operator: string, a: bigint, b: bigint): Value {
  if (b === 0n && (operator === '//' || operator === '%' || operator === '/'))
    throw new TemplateError('division by zero')
  const floorDivided = () => a / b - (a % b !== 0n && a < 0n !== b < 0n ? 1n : 0n)
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return Number(a) / Number(b)
    case '//':
      return floorDivided()
    case '%':
      return a - b * floorDivided()
    case '**':
      return b < 0n ? Number(a) ** Number(b) : a ** b
    default:
      throw new TemplateError(`Unknown operator ${operator}`)
  }
}

function floats(operator: string, a: number, b: number): Value {
  if (b === 0 && operator !== '+' && operator !== '-' && operator !== '*' && operator !== '**')
    throw new TemplateError('division by zero')
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '//':
      return Math.floor(a / b)
    case '%':
      return a - b * Math.floor(a / b)
    case '**':
      return a ** b
    default:
      throw new TemplateError(`Unknown operator ${operator}`)
  }
}
