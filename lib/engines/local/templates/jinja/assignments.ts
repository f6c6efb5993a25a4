import type { Argument, Expression } from './ast'
import { evaluate } from './expressions'
import type { Scope } from './values'
import {
  type Arguments,
  Dict,
  iterate,
  Namespace,
  str,
  TemplateError,
  Tuple,
  Undefined,
  type Value,
} from './values'

/** Sets a name, several names at once, or an attribute of a namespace. @throws TemplateError */
export function assign(target: Expression, value: Value, scope: Scope): void {
  switch (target.type) {
    case 'Identifier':
      scope.set(target.value, value)
      return
    case 'TupleLiteral': {
      const items = iterate(value)
      if (items.length !== target.value.length)
        throw new TemplateError(
          `${target.value.length} values are expected to unpack, and there are ${items.length}`,
        )
      for (const [at, part] of target.value.entries()) assign(part, items[at] ?? null, scope)
      return
    }
    case 'MemberExpression': {
      const object = evaluate(target.object, scope)
      if (!(object instanceof Namespace))
        throw new TemplateError('cannot assign attribute on non-namespace object')
      if (target.property.type === 'Identifier') object.attributes.set(target.property.value, value)
      return
    }
    default:
      throw new TemplateError(`cannot assign to ${target.type}`)
  }
}

/**
 * Gives the parameters of a macro their values: by place, by name, by default, or undefined. What is left over is
 * `varargs` and `kwargs`.
 */
export function bindParameters(
  parameters: readonly Argument[],
  { positional, named }: Arguments,
  scope: Scope,
): void {
  const left = new Map(named)
  const defaults: [name: string, value: Expression][] = []
  for (const [at, parameter] of parameters.entries()) {
    const name = parameterName(parameter)
    const byPlace = positional[at]
    const value = byPlace === undefined ? left.get(name) : byPlace
    if (byPlace === undefined) left.delete(name)
    if (value !== undefined) scope.set(name, value)
    else {
      // Bound before any default is evaluated, so that none of them sees a name from outside.
      scope.set(name, new Undefined(`parameter '${name}' was not provided`))
      if (parameter.type === 'KeywordArgumentExpression') defaults.push([name, parameter.value])
    }
  }
  const caller = left.get('caller')
  if (caller !== undefined) {
    scope.set('caller', caller)
    left.delete('caller')
  }
  scope.set('varargs', new Tuple(positional.slice(parameters.length)))
  scope.set('kwargs', new Dict([...left].map(([name, value]) => [str(name), value])))
  for (const [name, value] of defaults) scope.set(name, evaluate(value, scope))
}

function parameterName(parameter: Argument): string {
  if (parameter.type === 'KeywordArgumentExpression') return parameter.key.value
  if (parameter.type === 'Identifier') return parameter.value
  throw new TemplateError('a parameter is a name')
}
