import type { TextInput } from './call-body'
import { type CallBody, type CallSink, LONGEST_HEAD } from './call-body'
import { JsonValue } from './json-value'
import type { Mark } from './mark'

/** A call that says its name, then a mark, then the arguments as JSON. */
export class NamedCall implements CallBody {
  #isBegun = false
  readonly #value = new JsonValue()
  #hasArguments = false
  readonly #afterName: readonly Mark[]

  /** @param afterName what may stand between name and arguments */
  constructor(afterName: readonly Mark[]) {
    this.#afterName = afterName
  }

  read(input: TextInput, sink: CallSink): 'more' | 'done' | 'none' {
    if (!this.#isBegun) {
      const head = this.#head(input)
      if (typeof head === 'string') return head
      sink.begin(head.name)
      input.take(head.end)
      this.#isBegun = true
    }
    if (!this.#hasArguments) {
      input.take(input.text.length - input.text.trimStart().length)
      if (input.text === '') return 'more'
      if (!input.text.startsWith('{')) {
        sink.write('{}')
        return 'done'
      }
      this.#hasArguments = true
    }
    const taken = input.take(this.#value.take(input.text))
    if (taken !== '') sink.write(taken)
    return this.#value.ended ? 'done' : 'more'
  }

  end(_input: TextInput, sink: CallSink): void {
    if (!this.#hasArguments) sink.write('{}')
  }

  #head({ text }: TextInput): { name: string; end: number } | 'more' | 'none' {
    const from = text.length - text.trimStart().length
    for (let at = from; at < Math.min(text.length, LONGEST_HEAD); at++) {
      const next = at + (text.length - at - text.slice(at).trimStart().length)
      for (const mark of this.#afterName) {
        const end = mark.isEmpty ? beforeObject(text, at, next) : mark.match(text, next)
        if (end === 'more') return 'more'
        if (end !== undefined && at > from) return { name: text.slice(from, at), end }
      }
      if (/[\s{}"]/.test(text.charAt(at))) return next === text.length ? 'more' : 'none'
    }
    return text.length < LONGEST_HEAD ? 'more' : 'none'
  }
}

/** Without a mark, a name ends at white space or at once where an object begins. */
function beforeObject(text: string, at: number, next: number): number | 'more' | undefined {
  if (next === text.length && next > at) return 'more'
  return text.charAt(next) === '{' ? next : undefined
}
