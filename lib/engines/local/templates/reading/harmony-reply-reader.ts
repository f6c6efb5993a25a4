import type { ToolDefinition } from '../../../types'
import { CallRecorder, TextInput } from './call-body'
import { JsonValue } from './json-value'
import type { ReplyPiece, ReplyReader } from './reply-piece'

const MESSAGE = '<|message|>'
const ENDS = ['<|end|>', '<|call|>', '<|return|>', '<|start|>']

/** With what a header begins, or what comes before one. */
const STARTS = ['<|', 'to=', 'assistant']
/** All that a header may say. */
const HEADER =
  /<\|(?:start|channel|constrain|message|end|call|return)\|>|\bto=[\w.-]*|\b(?:assistant|analysis|commentary|final|json|code|text)/g

const isHeader = (text: string): boolean => text.replace(HEADER, '').trim() === ''
/** Whether a text is a header that speaks to nobody. */
const isMarks = (text: string): boolean => isHeader(text) && !text.includes('to=')
/** Whether a text is a header without its end. */
const mayBeHeader = (text: string): boolean =>
  /^(?:<\|?\w*\|?|\w{0,10})$/.test(text.replace(HEADER, '').trim())

type State =
  /** Up to `<|message|>`: who speaks to whom, and on which channel. */
  | { kind: 'header' }
  | { kind: 'body'; says: 'text' | 'reasoning' }
  | { kind: 'arguments'; value: JsonValue; header: string }

/**
 * Reads what gpt-oss writes: messages on channels. `analysis` is thought, `final` the answer; `commentary` is a call
 * when it is addressed to a function, and otherwise said to the user before one.
 * @see https://cookbook.openai.com/articles/openai-harmony
 */
export class HarmonyReplyReader implements ReplyReader {
  readonly #input = new TextInput()
  readonly #recorder: CallRecorder
  #state: State = { kind: 'header' }
  #pieces: ReplyPiece[] = []

  constructor(tools: readonly ToolDefinition[]) {
    this.#recorder = new CallRecorder(new Set(tools.map(({ name }) => name)))
  }

  get calls(): number {
    return this.#recorder.calls
  }

  get isThinking(): boolean {
    return this.#state.kind === 'body' && this.#state.says === 'reasoning'
  }

  get isInCall(): boolean {
    return this.#state.kind === 'arguments' || this.callStart !== undefined
  }

  get callStart(): string | undefined {
    const { text } = this.#input
    const at = this.#state.kind === 'header' ? text.indexOf('to=functions.') : -1
    return at < 0 ? undefined : text.slice(at)
  }

  push(text: string): ReplyPiece[] {
    this.#input.push(text)
    while (this.#step());
    return this.#takePieces()
  }

  finish(isCut = false): ReplyPiece[] {
    this.#input.isAtEnd = true
    while (this.#step());
    const rest = this.#input.take(this.#input.text.length)
    const state = this.#state
    if (state.kind === 'body')
      this.#say(state.says, isCut ? rest.slice(0, rest.length - beginningOfEnd(rest)) : rest)
    // A header that never ends is only lost when it is one: other text is an answer without marks.
    else if (state.kind === 'header' && !(isCut ? mayBeHeader(rest) : isMarks(rest)))
      this.#say('text', rest)
    return this.#takePieces()
  }

  #takePieces(): ReplyPiece[] {
    const pieces = this.#pieces
    this.#pieces = []
    return pieces
  }

  #say(kind: 'text' | 'reasoning', text: string): void {
    if (text !== '') this.#pieces.push({ kind, text })
  }

  #step(): boolean {
    const state = this.#state
    switch (state.kind) {
      case 'header':
        return this.#readHeader()
      case 'body':
        return this.#readBody(state.says)
      case 'arguments':
        return this.#readArguments(state.value, state.header)
    }
  }

  #readHeader(): boolean {
    const { text } = this.#input
    const start = text.trimStart()
    // A model that forgets its marks speaks to the user.
    if (!STARTS.some((mark) => mark.startsWith(start) || start.startsWith(mark))) {
      this.#state = { kind: 'body', says: 'text' }
      return true
    }
    const end = text.indexOf(MESSAGE)
    if (end < 0) return false
    const header = this.#input.take(end + MESSAGE.length)
    if (!isHeader(header)) {
      this.#say('text', header)
      this.#state = { kind: 'body', says: 'text' }
      return true
    }
    const recipient = /to=(?:functions\.)?([^\s<]+)/.exec(header)?.[1]
    const channel = /<\|channel\|>\s*(\w+)/.exec(header)?.[1]
    if (recipient === undefined || recipient === 'user' || recipient === 'assistant') {
      this.#state = { kind: 'body', says: channel === 'analysis' ? 'reasoning' : 'text' }
      return true
    }
    this.#recorder.begin(recipient)
    this.#state = { kind: 'arguments', value: new JsonValue(), header }
    return true
  }

  #readBody(says: 'text' | 'reasoning'): boolean {
    const { text } = this.#input
    const ends = ENDS.map((mark) => text.indexOf(mark)).filter((at) => at >= 0)
    const end = ends.length > 0 ? Math.min(...ends) : text.length - beginningOfEnd(text)
    this.#say(says, this.#input.take(end))
    if (ends.length === 0) return false
    this.#endMessage()
    return true
  }

  #readArguments(value: JsonValue, header: string): boolean {
    const { text } = this.#input
    const ends = ENDS.map((mark) => text.indexOf(mark)).filter((at) => at >= 0)
    const limit = ends.length > 0 ? Math.min(...ends) : text.length - beginningOfEnd(text)
    const taken = this.#input.take(Math.min(limit, value.take(text.slice(0, limit))))
    if (this.#recorder.isKnown) this.#recorder.write(header === '' ? taken : taken.trimStart())
    else this.#say('text', header + taken)
    this.#pieces.push(...this.#recorder.takePieces())
    const isBlank = this.#recorder.isKnown && taken.trim() === ''
    this.#state = { kind: 'arguments', value, header: isBlank ? header : '' }
    if (!value.ended && ends.length === 0) return false
    if (!value.ended) this.#endMessage()
    else this.#state = { kind: 'body', says: 'text' }
    return true
  }

  #endMessage(): void {
    const { text } = this.#input
    const mark = ENDS.find((each) => text.startsWith(each)) ?? ''
    this.#input.take(mark.length)
    this.#state = { kind: 'header' }
  }
}

/** How much of the end may be the beginning of a mark. */
function beginningOfEnd(text: string): number {
  for (let size = Math.min(text.length, 10); size > 0; size--)
    if (ENDS.some((mark) => mark.startsWith(text.slice(-size)))) return size
  return 0
}
