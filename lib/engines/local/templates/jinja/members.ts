import { ArgumentReader } from './arguments'
import { stringMethod } from './string-methods'
import { TaintedString } from './tainted-string'
import {
  type Arguments,
  Callable,
  characters,
  Dict,
  isEqual,
  iterate,
  Namespace,
  TemplateError,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from './values'

/** `value.name`: jinja2 looks for an attribute, such as a method, and then for a member. */
export function attribute(value: Value, name: string): Value {
  refuseUndefined(value)
  const method = methodOf(value, name)
  if (method) return method
  const found = item(value, TaintedString.plain(name))
  return found === undefined ? missing(value, name) : found
}

/** `value[key]`: jinja2 looks for a member, and then for an attribute. */
export function member(value: Value, key: Value): Value {
  refuseUndefined(value)
  const found = item(value, key)
  if (found !== undefined) return found
  const method = key instanceof TaintedString ? methodOf(value, key.value) : undefined
  return method ?? missing(value, key instanceof TaintedString ? key.value : String(key))
}

function refuseUndefined(value: Value): void {
  if (value instanceof Undefined) throw new TemplateError(value.hint)
}

const missing = (value: Value, name: string): Undefined =>
  new Undefined(`'${typeName(value)} object' has no attribute '${name}'`)

function item(value: Value, key: Value): Value | undefined {
  // What can't be a key is no member either; jinja2 asks and forgives.
  if (value instanceof Dict) return isHashable(key) ? value.get(key) : undefined
  if (value instanceof Namespace)
    return key instanceof TaintedString ? value.attributes.get(key.value) : undefined
  if (typeof key !== 'bigint' && typeof key !== 'boolean') return undefined
  if (value instanceof TaintedString) return characters(value).at(Number(key))
  if (Array.isArray(value) || value instanceof Tuple) return iterate(value).at(Number(key))
  return undefined
}

const isHashable = (key: Value): boolean => !Array.isArray(key) && !(key instanceof Dict)

function methodOf(value: Value, name: string): Callable | undefined {
  if (value instanceof TaintedString) return stringMethod(value, name)
  if (value instanceof Dict) return bind(value, name, DICT_METHODS)
  return Array.isArray(value) ? bind(value, name, LIST_METHODS) : undefined
}

type Methods<T> = Readonly<Record<string, (value: T, args: ArgumentReader) => Value>>

function bind<T>(value: T, name: string, methods: Methods<T>): Callable | undefined {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined
  return (
    method && new Callable(name, (args: Arguments) => method(value, new ArgumentReader(name, args)))
  )
}

export const pairs = (dict: Dict): Tuple[] =>
  dict.entries().map(([key, value]) => new Tuple([key, value]))

const DICT_METHODS: Methods<Dict> = {
  get: (dict, args) => {
    const found = dict.get(args.value(0, 'key'))
    return found === undefined ? (args.find(1, 'default') ?? null) : found
  },
  items: (dict) => pairs(dict),
  keys: (dict) => dict.keys(),
  values: (dict) => dict.entries().map(([, value]) => value),
  copy: (dict) => new Dict(dict.entries()),
  update: (dict, args) => {
    const other = args.find(0, 'other')
    if (other instanceof Dict) for (const [key, value] of other.entries()) dict.set(key, value)
    for (const [key, value] of args.args.named) dict.set(TaintedString.plain(key), value)
    return null
  },
  setdefault: (dict, args) => {
    const key = args.value(0, 'key')
    if (!dict.has(key)) dict.set(key, args.find(1, 'default') ?? null)
    return dict.get(key) ?? null
  },
  pop: (dict, args) => {
    const key = args.value(0, 'key')
    const found = dict.has(key) ? dict.get(key) : args.find(1, 'default')
    if (found === undefined) throw new TemplateError('pop(): there is no such key')
    dict.delete(key)
    return found
  },
}

const LIST_METHODS: Methods<Value[]> = {
  append: (list, args) => {
    list.push(args.value(0, 'object'))
    return null
  },
  extend: (list, args) => {
    list.push(...iterate(args.value(0, 'iterable')))
    return null
  },
  insert: (list, args) => {
    list.splice(args.integer(0, 'index', 0), 0, args.value(1, 'object'))
    return null
  },
  pop: (list, args) => {
    const [found] = list.splice(args.integer(0, 'index', -1), 1)
    if (found === undefined) throw new TemplateError('pop from empty list')
    return found
  },
  reverse: (list) => {
    list.reverse()
    return null
  },
  copy: (list) => [...list],
  index: (list, args) => {
    const sought = args.value(0, 'value')
    const at = list.findIndex((value) => isEqual(value, sought))
    if (at < 0) throw new TemplateError('index(): the list does not have this value')
    return BigInt(at)
  },
  count: (list, args) => {
    const sought = args.value(0, 'value')
    return BigInt(list.filter((value) => isEqual(value, sought)).length)
  },
}
