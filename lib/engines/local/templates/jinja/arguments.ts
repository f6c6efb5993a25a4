import { TaintedString } from './tainted-string'
import { type Arguments, isTrue, TemplateError, typeName, type Value } from './values'

/** What a function of the templates' was given, by place or by name. */
export class ArgumentReader {
  constructor(
    readonly name: string,
    readonly args: Arguments,
  ) {}

  /** Python's rule: by place, else by name. */
  find(at: number, name: string): Value | undefined {
    const value = this.args.positional[at]
    return value === undefined ? this.args.named.get(name) : value
  }

  /** @throws TemplateError when it is missing */
  value(at: number, name: string): Value {
    const found = this.find(at, name)
    if (found === undefined) throw new TemplateError(`${this.name}() is missing '${name}'`)
    return found
  }

  /** @throws TemplateError for anything but a string */
  text(at: number, name: string): TaintedString {
    const value = this.value(at, name)
    if (value instanceof TaintedString) return value
    throw new TemplateError(`${this.name}() wants a string as '${name}', not ${typeName(value)}`)
  }

  /** What was given, or else nothing. */
  flag(at: number, name: string): boolean {
    return isTrue(this.find(at, name) ?? false)
  }

  /** An integer, or the default. @throws TemplateError for anything else */
  integer(at: number, name: string, otherwise: number): number {
    const value = this.find(at, name)
    if (value === undefined || value === null) return otherwise
    if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value)
    throw new TemplateError(`${this.name}() wants an integer as '${name}', not ${typeName(value)}`)
  }
}
