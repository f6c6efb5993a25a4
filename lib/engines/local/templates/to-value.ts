import { TaintedString } from './jinja/tainted-string'
import { Dict, str, type Value } from './jinja/values'

/** A value of JavaScript as a template sees it; its texts, and the names of its members, are input. */
export function toValue(input: unknown): Value {
  if (input === null || typeof input === 'boolean') return input
  if (typeof input === 'string') return TaintedString.input(input)
  if (typeof input === 'number') return Number.isInteger(input) ? BigInt(input) : input
  if (Array.isArray(input)) return input.map(toValue)
  if (typeof input !== 'object') return null
  return new Dict(
    Object.entries(input)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [TaintedString.input(name), toValue(member)]),
  )
}

/** A mapping whose member names are ours; members that are undefined are left out. */
export function record(members: Readonly<Record<string, Value | undefined>>): Dict {
  return new Dict(
    Object.entries(members).flatMap(([name, member]): [Value, Value][] =>
      member === undefined ? [] : [[str(name), member]],
    ),
  )
}
