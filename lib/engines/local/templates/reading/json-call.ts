import type { TextInput } from './call-body'
import { type CallBody, type CallSink, LONGEST_HEAD } from './call-body'
import { endOfObject, JsonValue } from './json-value'

/** What the members of a call are named. */
export type JsonCallNames = {
  name: string
  /** Null where the name is the key of the arguments: `{"get_weather": {…}}`. */
  arguments: string | null
}

const NAMES = ['name', 'tool_name']
const ARGUMENTS = ['arguments', 'parameters']
const OTHERS = ['type', 'id', 'tool_call_id', 'index']
const TEXT = '"((?:[^"\\\\]|\\\\.)*)"'

/** A call as one JSON object, with or without the brackets of a list around it. */
export class JsonCall implements CallBody {
  readonly #head: RegExp
  readonly #first: ReadonlySet<string> | undefined
  #state: 'head' | 'arguments' | 'encoded' | 'rest' = 'head'
  #value = new JsonValue()
  /** Braces that are open around the arguments. */
  #text = ''

  constructor(names: JsonCallNames) {
    if (names.arguments === null) {
      this.#head = new RegExp(`^[\\s,[]*\\{\\s*${TEXT}\\s*:\\s*(?=[{])`)
      return
    }
    const one = (...keys: string[]) => `"(?:${[...new Set(keys)].join('|')})"`
    const other = `(?:${one(...OTHERS)}\\s*:\\s*(?:${TEXT.replace('(', '(?:')}|\\d+|null)\\s*,\\s*)*`
    const name = `${one(names.name, ...NAMES)}\\s*:\\s*${TEXT}`
    this.#head = new RegExp(
      `^[\\s,[]*\\{\\s*${other}${name}\\s*(?:,\\s*${other}${one(names.arguments, ...ARGUMENTS)}\\s*:\\s*(?=\\S)|(?=\\}))`,
    )
    this.#first = new Set([...OTHERS, ...NAMES, names.name])
  }

  read(input: TextInput, sink: CallSink): 'more' | 'done' | 'none' {
    for (;;) {
      const result = this.#step(input, sink)
      if (result !== 'on') return result
    }
  }

  cutName(text: string): { name: string; isWhole: boolean } | undefined {
    const cut = /"(?:name|tool_name)"\s*:\s*"([^"\\]*)("?)/.exec(text)
    return cut ? { name: cut[1] ?? '', isWhole: cut[2] !== '' } : undefined
  }

  /** Arguments as a text that never ended can't be read: they are text. */
  end(input: TextInput): void {
    if (this.#state === 'encoded') input.unread(this.#text)
  }

  #step(input: TextInput, sink: CallSink): 'on' | 'more' | 'done' | 'none' {
    const { text } = input
    switch (this.#state) {
      case 'head': {
        const head = this.#head.exec(text)
        if (!head) return this.#mayBegin(text) ? 'more' : 'none'
        // Only an object is arguments, also one that is written as a text; null is none.
        const rest = text.slice(head[0].length)
        const isNone = /^(?:null\s*)?\}/.exec(rest)
        if (!isNone && 'null'.startsWith(rest.slice(0, 4).trimEnd()) && rest.length < 16)
          return 'more'
        if (!isNone && !/^[{"]/.test(rest)) return 'none'
        sink.begin(unquoted(head[1] ?? ''))
        input.take(head[0].length + (isNone ? isNone[0].length - 1 : 0))
        if (isNone) sink.write('{}')
        this.#state = isNone ? 'rest' : rest.startsWith('"') ? 'encoded' : 'arguments'
        return 'on'
      }
      case 'arguments': {
        const taken = input.take(this.#value.take(text))
        if (taken !== '') sink.write(taken)
        if (!this.#value.ended) return 'more'
        this.#state = 'rest'
        return 'on'
      }
      case 'encoded': {
        // Some models write the arguments as a text that has JSON in it.
        this.#text += input.take(this.#value.take(text))
        if (!this.#value.ended) return 'more'
        sink.write(unquoted(this.#text.slice(1, -1)))
        this.#state = 'rest'
        return 'on'
      }
      case 'rest': {
        const end = endOfObject(text)
        if (end === 'more') return 'more'
        input.take(end ?? 0)
        return 'done'
      }
    }
  }

  /** Whether what has come can still become a call. */
  #mayBegin(text: string): boolean {
    if (text.length > LONGEST_HEAD) return false
    const start = /^[\s,[]*(\{\s*(?:"([^"]*)("?))?)?/.exec(text)
    if (!start || start[1] === undefined) return start?.[0].length === text.length
    const [, , key, isComplete] = start
    if (key === undefined) return start[0].length === text.length
    return !this.#first || !isComplete || this.#first.has(key)
  }
}

function unquoted(inner: string): string {
  try {
    return String(JSON.parse(`"${inner}"`))
  } catch {
    return inner
  }
}
