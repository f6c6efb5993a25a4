import type { TextInput } from './call-body'
import { type CallBody, type CallSink, LONGEST_HEAD } from './call-body'
import { type Dialect, readKey, readLooseValue, skipSpace } from './loose-value'

/** How a language writes a call: `name(key=value, …)` in Python, `name{key:value,…}` for Gemma. */
export type LiteralForm = { open: '(' | '{'; close: ')' | '}'; assign: '=' | ':'; dialect: Dialect }

/** A call as a program would write it. Each argument is passed on when it is complete. */
export class LiteralCall implements CallBody {
  #isBegun = false
  #count = 0
  readonly #form: LiteralForm

  constructor(form: LiteralForm) {
    this.#form = form
  }

  read(input: TextInput, sink: CallSink): 'more' | 'done' | 'none' {
    const { open, close } = this.#form
    if (!this.#isBegun) {
      const head = /^[\s,[]*([\w.:/-]+)\s*/.exec(input.text)
      const next = head ? input.text.charAt(head[0].length) : ''
      if (!head || next === '') {
        const mayBegin = /^[\s,[]*[\w.:/-]*\s*$/.test(input.text)
        return mayBegin && input.text.length < LONGEST_HEAD ? 'more' : 'none'
      }
      if (next !== open) return 'none'
      sink.begin(head[1] ?? '')
      input.take(head[0].length + 1)
      sink.write('{')
      this.#isBegun = true
    }
    for (;;) {
      const at = skipSpace(input.text, 0, ',')
      if (at >= input.text.length) return 'more'
      if (input.text.charAt(at) === close) {
        input.take(at + 1)
        sink.write('}')
        return 'done'
      }
      const argument = this.#argument(input.text, at)
      if (argument === 'more') return 'more'
      if (argument === undefined) {
        // What can't be read ends the call: nobody can run half of it, but what was said is not made up either.
        sink.write('}')
        return 'done'
      }
      sink.write(`${this.#count++ > 0 ? ', ' : ''}${argument.json}`)
      input.take(argument.end)
    }
  }

  end(_input: TextInput, sink: CallSink): void {
    sink.write('}')
  }

  #argument(text: string, at: number): { json: string; end: number } | 'more' | undefined {
    const { assign, dialect } = this.#form
    const key = assign === ':' ? readKey(text, at, dialect) : keyBefore(text, at)
    if (key === undefined || key === 'more') return key
    const value = readLooseValue(text, key.end, dialect)
    if (value === undefined || value === 'more') return value
    return { json: `${key.json}: ${value.json}`, end: value.end }
  }
}

function keyBefore(text: string, at: number): { json: string; end: number } | 'more' | undefined {
  const end = text.indexOf('=', at)
  if (end < 0) return text.length - at < LONGEST_HEAD ? 'more' : undefined
  return { json: JSON.stringify(text.slice(at, end).trim()), end: end + 1 }
}
