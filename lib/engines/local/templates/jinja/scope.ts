import { Undefined, type Value } from './values'

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
