import type { ToolDefinition } from '../../../types'
import type { TextInput } from './call-body'
import { type CallBody, type CallSink, LONGEST_HEAD } from './call-body'
import type { Mark } from './mark'
import { isTextOnly, parameterSchema, untypedValue } from './parameter-types'

/** How a family marks the parameters of a call off. */
export type TaggedForm = {
  /** Between the name of the function and the first parameter. */
  afterName: Mark
  beforeKey: Mark
  /** Between a key and its value; with {@link typed} it also says the type. */
  afterKey: Mark
  /** White space that belongs to the marks around a value, and not to the value. */
  padding: { before: string; after: string }
  afterValue: Mark
  afterCall: Mark
  /** What `afterKey` says in the place of ANY for a text, where it says the type. */
  textType: string | null
}

type State =
  | { kind: 'head' }
  | { kind: 'between' }
  | { kind: 'value'; isText: boolean | null; key: string; isBegun: boolean }

/** A call whose parameters stand between marks of their own, without quotes. */
export class TaggedCall implements CallBody {
  #state: State = { kind: 'head' }
  #tool: ToolDefinition | undefined
  #count = 0
  readonly #form: TaggedForm
  readonly #tools: ReadonlyMap<string, ToolDefinition>

  constructor(form: TaggedForm, tools: ReadonlyMap<string, ToolDefinition>) {
    this.#form = form
    this.#tools = tools
  }

  read(input: TextInput, sink: CallSink): 'more' | 'done' | 'none' {
    for (;;) {
      const result = this.#step(input, sink)
      if (result !== 'on') return result
    }
  }

  end(input: TextInput, sink: CallSink): void {
    const state = this.#state
    if (state.kind === 'value') this.#writeValue(input.take(input.text.length), sink, state)
    sink.write('}')
  }

  #step(input: TextInput, sink: CallSink): 'on' | 'more' | 'done' | 'none' {
    switch (this.#state.kind) {
      case 'head':
        return this.#readHead(input, sink)
      case 'between':
        return this.#readKey(input, sink)
      case 'value':
        return this.#readValue(input, sink, this.#state)
    }
  }

  /** A name, and a mark that may follow one. */
  #readHead(input: TextInput, sink: CallSink): 'on' | 'more' | 'none' {
    const { text } = input
    const { afterName, beforeKey, afterCall } = this.#form
    const [all = '', name = ''] = /^\s*([^\s<>"]*)\s*/.exec(text) ?? []
    if (all.length >= LONGEST_HEAD) return 'none'
    if (all.length === text.length) return 'more'
    if (name === '') return 'none'
    const marks = afterName.isEmpty ? [beforeKey, afterCall] : [afterName]
    const ends = marks.map((mark) => mark.match(text, all.length))
    if (ends.every((end) => end === undefined)) return 'none'
    if (ends.every((end) => end === undefined || end === 'more')) return 'more'
    const end = afterName.isEmpty ? all.length : ends[0]
    if (end === undefined || end === 'more') return 'more'
    sink.begin(name)
    this.#tool = this.#tools.get(name)
    input.take(end)
    sink.write('{')
    this.#state = { kind: 'between' }
    return 'on'
  }

  #readKey(input: TextInput, sink: CallSink): 'on' | 'more' | 'done' {
    const { beforeKey, afterKey, afterCall, padding, textType } = this.#form
    const { text } = input
    const at = text.length - text.trimStart().length
    const begun = beforeKey.match(text, at)
    if (begun === 'more') return 'more'
    if (begun === undefined) {
      const ended = afterCall.match(text, at)
      if (ended === 'more') return 'more'
      sink.write('}')
      input.take(ended ?? 0)
      return 'done'
    }
    const found = afterKey.find(text, begun)
    if (!found || found.end === 'more') return 'more'
    // White space after the mark is the mark's if it has some there; wait for it.
    if (padding.before !== '' && text.length < found.end + padding.before.length) return 'more'
    const pad = text.startsWith(padding.before, found.end) ? padding.before.length : 0
    const key = text.slice(begun, found.at).trim()
    const said = text.slice(found.at, found.end)
    const isText =
      textType === null ? null : said === this.#form.afterKey.text.replace('\u0000', textType)
    input.take(found.end + pad)
    sink.write(`${this.#count++ > 0 ? ', ' : ''}${JSON.stringify(key)}: `)
    this.#state = { kind: 'value', isText, key, isBegun: false }
    return 'on'
  }

  #readValue(
    input: TextInput,
    sink: CallSink,
    state: Extract<State, { kind: 'value' }>,
  ): 'on' | 'more' {
    const { text } = input
    const { afterValue } = this.#form
    const schema = parameterSchema(this.#tool, state.key)
    const isText = state.isText ?? isTextOnly(schema)
    const found = afterValue.find(text)
    if (!found || found.end === 'more') {
      if (isText) this.#stream(input, sink, state, found?.at ?? text.length)
      return 'more'
    }
    this.#writeValue(text.slice(0, found.at), sink, state)
    input.take(found.end)
    this.#state = { kind: 'between' }
    return 'on'
  }

  #writeValue(raw: string, sink: CallSink, state: Extract<State, { kind: 'value' }>): void {
    const { after } = this.#form.padding
    const schema = parameterSchema(this.#tool, state.key)
    const value = raw.endsWith(after) ? raw.slice(0, raw.length - after.length) : raw
    if (state.isBegun) sink.write(`${escaped(value)}"`)
    else if (state.isText ?? isTextOnly(schema)) sink.write(JSON.stringify(withoutCdata(value)))
    else if (state.isText === false) sink.write(untypedValue(value, { type: 'object' }))
    else sink.write(untypedValue(withoutCdata(value), schema))
  }

  /** Passes on what is certainly the value's: not white space at its end, and no half of a character. */
  #stream(
    input: TextInput,
    sink: CallSink,
    state: Extract<State, { kind: 'value' }>,
    end: number,
  ): void {
    const sure = input.text
      .slice(0, end)
      .trimEnd()
      .replace(/[\ud800-\udbff]$/, '')
    if (sure === '' || '<![CDATA['.startsWith(sure) || sure.startsWith('<![CDATA[')) return
    sink.write(`${state.isBegun ? '' : '"'}${escaped(sure)}`)
    input.take(sure.length)
    state.isBegun = true
  }
}

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1)

/** XML's way to write a text with marks in it, which one family uses. */
function withoutCdata(text: string): string {
  return /^<!\[CDATA\[([\s\S]*)\]\]>$/.exec(text)?.[1] ?? text
}
