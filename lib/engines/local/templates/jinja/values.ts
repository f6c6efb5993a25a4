import { TaintedString } from './tainted-string'

/**
 * What a template computes with. Python's types, because templates are written for Python: an `int` is a bigint and
 * keeps its digits, a `float` is a number, a `list` is an array.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | TaintedString
  | Value[]
  | Tuple
  | Dict
  | Namespace
  | Undefined
  | Callable

/** What jinja2 throws: it names what the template did. */
export class TemplateError extends Error {
  override name = 'TemplateError'
}

export class Tuple {
  constructor(readonly items: readonly Value[]) {}
}

/** What a name or a member is that does not exist; `hint` says which one. */
export class Undefined {
  constructor(readonly hint: string) {}
}

/** A mapping in the order in which its keys were set, with keys of any type that Python can hash. */
export class Dict {
  readonly #entries = new Map<string, readonly [key: Value, value: Value]>()

  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    for (const [key, value] of entries) this.set(key, value)
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(hashOf(key))?.[1]
  }

  has(key: Value): boolean {
    return this.#entries.has(hashOf(key))
  }

  set(key: Value, value: Value): void {
    const hash = hashOf(key)
    this.#entries.set(hash, [this.#entries.get(hash)?.[0] ?? key, value])
  }

  delete(key: Value): void {
    this.#entries.delete(hashOf(key))
  }

  entries(): (readonly [key: Value, value: Value])[] {
    return [...this.#entries.values()]
  }

  keys(): Value[] {
    return this.entries().map(([key]) => key)
  }
}

/** `namespace()`: the one thing whose attributes a template may set. */
export class Namespace {
  constructor(readonly attributes: Map<string, Value>) {}
}

/** What a call is given. */
export type Arguments = { positional: readonly Value[]; named: ReadonlyMap<string, Value> }

/** A macro, a function, or a method with the value that it belongs to. `attributes` is `loop` only. */
export class Callable {
  constructor(
    readonly name: string,
    readonly call: (args: Arguments) => Value,
  ) {}
}

export const str = (text: string): TaintedString => TaintedString.plain(text)

/** Equal values have equal hashes, across types where Python says so (`1 == 1.0 == True`). */
function hashOf(key: Value): string {
  if (key instanceof TaintedString) return `s${key.value}`
  if (key === null) return 'None'
  if (typeof key === 'boolean') return `n${Number(key)}`
  if (typeof key === 'bigint' || typeof key === 'number') return `n${key}`
  if (key instanceof Undefined) return 'Undefined'
  if (key instanceof Tuple)
    return `(${key.items.map((item) => JSON.stringify(hashOf(item))).join()})`
  throw new TemplateError(`unhashable type: '${typeName(key)}'`)
}

/** What Python calls the type. */
export function typeName(value: Value): string {
  if (value === null) return 'NoneType'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'number') return 'float'
  if (value instanceof TaintedString) return 'str'
  if (Array.isArray(value)) return 'list'
  if (value instanceof Tuple) return 'tuple'
  if (value instanceof Dict) return 'dict'
  if (value instanceof Namespace) return 'Namespace'
  return value instanceof Undefined ? 'Undefined' : 'function'
}

export function isTrue(value: Value): boolean {
  if (value === null || value instanceof Undefined) return false
  if (typeof value === 'boolean') return value
  if (typeof value === 'bigint') return value !== 0n
  if (typeof value === 'number') return value !== 0
  if (value instanceof TaintedString) return value.value !== ''
  if (Array.isArray(value)) return value.length > 0
  if (value instanceof Tuple) return value.items.length > 0
  return value instanceof Dict ? value.size > 0 : true
}

export function isEqual(a: Value, b: Value): boolean {
  if (a instanceof TaintedString) return b instanceof TaintedString && a.value === b.value
  if (Array.isArray(a)) return Array.isArray(b) && areEqual(a, b)
  if (a instanceof Tuple) return b instanceof Tuple && areEqual(a.items, b.items)
  if (a instanceof Undefined) return b instanceof Undefined
  if (a instanceof Dict)
    return (
      b instanceof Dict &&
      a.size === b.size &&
      a.entries().every(([key, value]) => {
        const other = b.get(key)
        return other !== undefined && isEqual(value, other)
      })
    )
  const [left, right] = [numberOf(a), numberOf(b)]
  // biome-ignore lint/suspicious/noDoubleEquals: 1n == 1 in Python's sense too
  return left !== undefined && right !== undefined ? left == right : a === b
}

function areEqual(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((item, at) => isEqual(item, b[at] ?? null))
}

/** A number; true and false are 1 and 0. */
export function numberOf(value: Value): bigint | number | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined
}

/** What a loop goes over: members, keys or characters. @throws TemplateError for what has none */
export function iterate(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value
  if (value instanceof Tuple) return value.items
  if (value instanceof Dict) return value.keys()
  if (value instanceof TaintedString) return characters(value)
  if (value instanceof Undefined) return []
  throw new TemplateError(`'${typeName(value)}' object is not iterable`)
}

/** Characters as Python counts them: code points. */
export function characters(text: TaintedString): TaintedString[] {
  let at = 0
  return [...text.value].map((character) => {
    const from = at
    at += character.length
    return text.slice(from, at)
  })
}

/** Names and their values; what is not set here is looked up outside. */
export class Scope {
  readonly #values = new Map<string, Value>()

  constructor(readonly outer?: Scope) {}

  set(name: string, value: Value): void {
    this.#values.set(name, value)
  }

  get(name: string): Value {
    let scope: Scope | undefined = this
    for (; scope; scope = scope.outer) {
      const value = scope.#values.get(name)
      if (value !== undefined) return value
    }
    return new Undefined(`'${name}' is undefined`)
  }
}
