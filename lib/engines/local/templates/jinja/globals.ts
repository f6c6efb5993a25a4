import { ArgumentReader } from './arguments'
import { toText } from './python-text'
import { strftime } from './strftime'
import {
  type Arguments,
  Callable,
  Dict,
  Namespace,
  numberOf,
  str,
  TemplateError,
  type Value,
} from './values'

/** A template that says itself, with `raise_exception`, what it does not take. */
export class RaisedByTemplate extends TemplateError {
  override name = 'RaisedByTemplate'
}

/** The functions that jinja2 and transformers give each template. `now` is milliseconds since 1970. */
export function globals(now: number): Map<string, Value> {
  const functions: Record<string, (args: ArgumentReader) => Value> = {
    range: ({ args }) => range(args),
    dict: ({ args }) => new Dict([...args.named].map(([name, value]) => [str(name), value])),
    namespace: ({ args }) => {
      const [first] = args.positional
      const given = first instanceof Dict ? first.entries() : []
      const members = given.map(([key, value]): [string, Value] => [toText(key).value, value])
      return new Namespace(new Map([...members, ...args.named]))
    },
    raise_exception: (args) => {
      throw new RaisedByTemplate(toText(args.value(0, 'message')).value)
    },
    strftime_now: (args) => str(strftime(new Date(now), args.text(0, 'format').value)),
  }
  return new Map(
    Object.entries(functions).map(([name, call]) => [
      name,
      new Callable(name, (args) => call(new ArgumentReader(name, args))),
    ]),
  )
}

/** What one loop can go over at most; a template that wants more has gone wrong. */
const LONGEST_RANGE = 100_000n

function range({ positional }: Arguments): Value {
  const [first = 0n, second, third = 1n] = positional.map((value) => {
    const number = numberOf(value)
    if (typeof number !== 'bigint') throw new TemplateError('range() wants integers')
    return number
  })
  const [start, stop] = second === undefined ? [0n, first] : [first, second]
  if (third === 0n) throw new TemplateError('range() arg 3 must not be zero')
  const count = (stop - start + (third > 0n ? third - 1n : third + 1n)) / third
  if (count > LONGEST_RANGE) throw new TemplateError('range() is too long')
  return Array.from({ length: Math.max(0, Number(count)) }, (_, at) => start + BigInt(at) * third)
}
