import { TaintedString } from './tainted-string'
import { Dict, TemplateError, type Value } from './values'

/**
 * A JSON text as a template's value, as Python's `json.loads` reads it: integers keep all their digits, floats stay
 * floats, and members keep their order, also those that are called "10". Strings keep where they came from.
 * @throws TemplateError for what is no JSON
 */
export function readJson(text: TaintedString): Value {
  const reader = new JsonReader(text)
  const value = reader.value()
  reader.end()
  return value
}

const TOKEN =
  /[\s]*(?:([[\]{},:])|("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(true|false|null))/y

class JsonReader {
  #at = 0

  constructor(readonly text: TaintedString) {}

  value(): Value {
    return this.#valueOf(this.#token())
  }

  end(): void {
    if (this.text.value.slice(this.#at).trim() !== '') throw this.#error()
  }

  #valueOf(token: RegExpExecArray): Value {
    const [, mark, string, number, word] = token
    if (string !== undefined) return this.#string(string)
    if (number !== undefined) return /^-?\d+$/.test(number) ? BigInt(number) : Number(number)
    if (word !== undefined) return word === 'null' ? null : word === 'true'
    if (mark === '[') return this.#list()
    if (mark === '{') return this.#dict()
    throw this.#error()
  }

  #list(): Value[] {
    const items: Value[] = []
    let token = this.#token()
    if (token[1] === ']') return items
    for (;;) {
      items.push(this.#valueOf(token))
      const { 1: mark } = this.#token()
      if (mark === ']') return items
      if (mark !== ',') throw this.#error()
      token = this.#token()
    }
  }

  #dict(): Dict {
    const dict = new Dict()
    let token = this.#token()
    if (token[1] === '}') return dict
    for (;;) {
      if (token[2] === undefined) throw this.#error()
      const key = this.#string(token[2])
      if (this.#token()[1] !== ':') throw this.#error()
      dict.set(key, this.value())
      const { 1: mark } = this.#token()
      if (mark === '}') return dict
      if (mark !== ',') throw this.#error()
      token = this.#token()
    }
  }

  #token(): RegExpExecArray {
    TOKEN.lastIndex = this.#at
    const match = TOKEN.exec(this.text.value)
    if (!match) throw this.#error()
    this.#at = TOKEN.lastIndex
    return match
  }

  /** A string is all input when any of it is. */
  #string(json: string): TaintedString {
    let text: unknown
    try {
      // Python takes control characters only when it is told to, and so does JavaScript.
      text = JSON.parse(json)
    } catch {
      throw this.#error()
    }
    const isInput = this.text.slice(this.#at - json.length, this.#at).spans.length > 0
    return isInput ? TaintedString.input(String(text)) : TaintedString.plain(String(text))
  }

  #error(): TemplateError {
    return new TemplateError(`no JSON at character ${this.#at}`)
  }
}
