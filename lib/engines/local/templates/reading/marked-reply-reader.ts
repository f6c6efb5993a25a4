import type { ToolDefinition } from '../../../types'
import { type CallBody, CallRecorder, judgeCut, TextInput } from './call-body'
import { createCallBody } from './create-call-body'
import { type Found, lookAfterCall, MarkFinder } from './mark-finder'
import type { CallForm, ReplyFormat } from './reply-format'
import type { ReplyPiece, ReplyReader } from './reply-piece'

type State =
  | { kind: 'text' }
  | { kind: 'thought' }
  /** `mark` is the text again when it is no call; `others` are forms that begin alike. */
  | {
      kind: 'call'
      form: CallForm
      body: CallBody
      mark: string
      others: readonly CallForm[]
      isBegun: boolean
    }
  /** After a call; while no closing mark has come, a list may have more. */
  | { kind: 'after'; form: CallForm; isOpen: boolean }

/** What looks like the beginning of a mark from so many characters on is taken for one when an answer is cut. */
const SHORTEST_MARK = 3

/** Reads answers of families that mark off their thoughts and calls. */
export class MarkedReplyReader implements ReplyReader {
  readonly #input = new TextInput()
  readonly #tools: ReadonlyMap<string, ToolDefinition>
  readonly #recorder: CallRecorder
  readonly #finder: MarkFinder
  #state: State
  readonly #pieces: ReplyPiece[] = []
  /** Nothing but white space, thoughts and calls so far: a thought may begin. */
  #isAtStart = true
  /** White space that comes now stands between two parts and is none of either's. */
  #skipsSpace: boolean

  /** @param isThinking whether the prompt has opened a thought */
  constructor(format: ReplyFormat, tools: readonly ToolDefinition[], isThinking: boolean) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]))
    this.#recorder = new CallRecorder(this.#tools)
    this.#finder = new MarkFinder(format, tools.length > 0)
    this.#state = isThinking && format.thinking ? { kind: 'thought' } : { kind: 'text' }
    this.#skipsSpace = this.#state.kind === 'thought'
  }

  get calls(): number {
    return this.#recorder.calls
  }

  get isThinking(): boolean {
    return this.#state.kind === 'thought'
  }

  get isInCall(): boolean {
    return this.#state.kind === 'call'
  }

  get callStart(): string | undefined {
    const state = this.#state
    return state.kind === 'call' && !state.isBegun ? state.mark + this.#input.text : undefined
  }

  push(text: string): ReplyPiece[] {
    this.#input.push(text)
    while (this.#step());
    return this.#takePieces()
  }

  finish(isCut = false): ReplyPiece[] {
    while (this.#step());
    const state = this.#state
    if (isCut && state.kind === 'call' && !state.isBegun) this.#cutCall(state)
    if (isCut && state.kind === 'text') this.#cutMark()
    if (isCut && state.kind === 'thought') this.#cutThought()
    this.#input.isAtEnd = true
    while (this.#step());
    const last = this.#state
    const isBegun = last.kind === 'call' && last.isBegun
    if (isBegun && this.#recorder.isKnown && !isCut) last.body.end?.(this.#input, this.#recorder)
    this.#pieces.push(...this.#recorder.takePieces())
    const rest = this.#input.take(this.#input.text.length)
    // What a limit cut of a call that is known is no text, nor is what may stand after one.
    const isPart = last.kind === 'after' || (isBegun && isCut)
    const mark = last.kind === 'call' && !isBegun ? last.mark : ''
    if (!isPart || !this.#recorder.isKnown)
      this.#say(last.kind === 'thought' ? 'reasoning' : 'text', mark + rest)
    return this.#takePieces()
  }

  /** A call that was cut before its arguments: without them when it has its name, and nothing when it may get one. */
  #cutCall(state: Extract<State, { kind: 'call' }>): void {
    const { text } = this.#input
    const cut = judgeCut(state.body, text, [...this.#tools.keys()], state.mark !== '')
    if (cut.kind === 'text') return
    if (cut.kind === 'whole') {
      this.#recorder.begin(cut.name)
      this.#pieces.push(...this.#recorder.takePieces())
    }
    this.#input.take(text.length)
    this.#state = { kind: 'after', form: state.form, isOpen: false }
  }

  /** What looks like the beginning of a mark, and not only like a bracket. */
  #cutMark(): void {
    const { text } = this.#input
    const found = this.#finder.inText(text, this.#isAtStart, false)
    // An answer rarely begins with a bracket of its own where tools are offered.
    const shortest = this.#isAtStart ? 1 : SHORTEST_MARK
    if (found?.end !== 'more' || text.trimEnd().length - found.at < shortest) return
    this.#say('text', this.#input.take(text.slice(0, found.at).trimEnd().length))
    this.#input.take(this.#input.text.length)
  }

  /** A thought without the beginning of the mark that would have ended it. */
  #cutThought(): void {
    const { text } = this.#input
    const found = this.#finder.inThought(text, false)
    this.#say('reasoning', (found?.end === 'more' ? text.slice(0, found.at) : text).trimEnd())
    this.#input.take(text.length)
  }

  #takePieces(): ReplyPiece[] {
    return this.#pieces.splice(0)
  }

  #say(kind: 'text' | 'reasoning', text: string): void {
    if (text === '') return
    if (kind === 'text' && text.trim() !== '') this.#isAtStart = false
    this.#pieces.push({ kind, text })
  }

  /** Goes one step further; false when it needs more. */
  #step(): boolean {
    const state = this.#state
    switch (state.kind) {
      case 'text':
      case 'thought':
        return this.#readUntilMark(state.kind)
      case 'call':
        return this.#readCall(state)
      case 'after':
        return this.#readAfter(state)
    }
  }

  #readUntilMark(kind: 'text' | 'thought'): boolean {
    if (this.#skipsSpace) {
      this.#takeSpace()
      if (this.#input.text === '') return false
      this.#skipsSpace = false
    }
    const { text, isAtEnd } = this.#input
    const found =
      kind === 'text'
        ? this.#finder.inText(text, this.#isAtStart, isAtEnd)
        : this.#finder.inThought(text, isAtEnd)
    const isCertain = found !== undefined && found.end !== 'more'
    // White space before a mark is the mark's; one may still come.
    const before = found ? text.slice(0, found.at) : text
    const sure = isAtEnd && !isCertain && kind === 'text' ? text.length : before.trimEnd().length
    this.#say(kind === 'text' ? 'text' : 'reasoning', this.#input.take(sure))
    if (!isCertain) return false
    if (found.end !== 'more') this.#open(found, this.#input.take(found.end - sure))
    return true
  }

  #open(found: Found, mark: string): void {
    switch (found.kind) {
      case 'wrapper':
      case 'thought':
        this.#skipsSpace = true
        this.#state = { kind: found.kind === 'thought' ? 'thought' : 'text' }
        return
      case 'call': {
        const [form, ...others] = found.forms
        if (!form) return
        // Bare JSON has no mark: what was taken is where the call begins.
        const isBare = form.opens.length === 0
        if (isBare) this.#input.unread(mark)
        this.#begin(form, others, isBare ? '' : mark)
      }
    }
  }

  #begin(form: CallForm, others: readonly CallForm[], mark: string): void {
    const body = createCallBody(form.body, this.#tools)
    this.#state = { kind: 'call', form, body, mark, others, isBegun: false }
  }

  #readCall(state: Extract<State, { kind: 'call' }>): boolean {
    const before = this.#input.text
    const counted = this.#recorder.begun
    const result = state.body.read(this.#input, this.#recorder)
    const taken = before.slice(0, before.length - this.#input.text.length)
    const isBegun = state.isBegun || this.#recorder.begun > counted
    if (result === 'none' && !isBegun) {
      const [form, ...others] = state.others
      if (form) this.#begin(form, others, state.mark)
      else {
        // Bare JSON that is no call: at least its first character, or it would be found again.
        this.#say('text', state.mark || this.#input.take(1))
        this.#isAtStart = false
        this.#state = { kind: 'text' }
      }
      return true
    }
    // A call of a tool that nobody offered is text, all of it.
    if (isBegun && !this.#recorder.isKnown)
      this.#say('text', (state.isBegun ? '' : state.mark) + taken)
    this.#pieces.push(...this.#recorder.takePieces())
    state.isBegun = isBegun
    if (result === 'more') return false
    this.#state = { kind: 'after', form: state.form, isOpen: true }
    return true
  }

  #readAfter(state: Extract<State, { kind: 'after' }>): boolean {
    const after = lookAfterCall(state.form, this.#input.text, state.isOpen)
    switch (after.kind) {
      case 'more':
        return false
      case 'next':
      case 'item':
        this.#begin(state.form, [], this.#input.take(after.length))
        return true
      case 'close': {
        const mark = this.#input.take(after.length)
        if (!this.#recorder.isKnown) this.#say('text', mark)
        state.isOpen = false
        return true
      }
      case 'end':
        if (this.#recorder.isKnown) this.#takeSpace()
        this.#isAtStart = true
        this.#state = { kind: 'text' }
        return true
    }
  }

  #takeSpace(): void {
    const { text } = this.#input
    this.#input.take(text.length - text.trimStart().length)
  }
}
