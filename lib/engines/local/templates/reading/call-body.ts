import type { ReplyPiece } from './reply-piece'

/** Who is told what a call says. */
export interface CallSink {
  /** The function; false when nobody offered it. */
  begin(name: string): boolean
  /** More of its arguments, as JSON. */
  write(json: string): void
}

/**
 * Reads one call after its opening mark, as far as it has come. `none` is what turns out to be no call; until `begin`
 * nothing may be taken off the input, because then all of it is text again.
 */
export interface CallBody {
  read(input: TextInput, sink: CallSink): 'more' | 'done' | 'none'
  /** Ends a call that has begun, when the model ends its answer within it: what can be read of it is. */
  end?(input: TextInput, sink: CallSink): void
  /** The name of the function as far as it is written, when nothing comes any more before `begin`. */
  cutName?(text: string): { name: string; isWhole: boolean } | undefined
}

/** Characters in which a call must have said its name. */
export const LONGEST_HEAD = 512

/**
 * What a call is that was cut before its arguments: `whole` when it has the name of a tool, `part` when it may get one,
 * `text` otherwise. @param hasMark bare JSON is only a call when it has come as far as its name
 */
export function judgeCut(
  body: CallBody,
  text: string,
  names: readonly string[],
  hasMark: boolean,
): { kind: 'whole'; name: string } | { kind: 'part' | 'text' } {
  const { name = '', isWhole = false } = body.cutName?.(text) ?? {}
  if (isWhole) return names.includes(name) ? { kind: 'whole', name } : { kind: 'text' }
  const mayBecome = names.some((each) => each.startsWith(name)) && (hasMark || name !== '')
  return { kind: mayBecome ? 'part' : 'text' }
}

/** What has come and has not been read yet. */
export class TextInput {
  #text = ''
  /** Nothing comes any more. */
  isAtEnd = false

  get text(): string {
    return this.#text
  }

  push(text: string): void {
    this.#text += text
  }

  /** Puts what was taken back to the beginning. */
  unread(text: string): void {
    this.#text = text + this.#text
  }

  /** Takes so many characters (UTF-16 units) off the beginning. */
  take(count: number): string {
    const taken = this.#text.slice(0, count)
    this.#text = this.#text.slice(count)
    return taken
  }
}

/** Turns what calls say into pieces. What a call says of a tool that nobody offered is not passed on. */
export class CallRecorder implements CallSink {
  #pieces: ReplyPiece[] = []
  #isKnown = false
  /** Calls of tools that were offered. */
  calls = 0
  /** All calls. */
  begun = 0
  readonly #names: { has(name: string): boolean }

  constructor(names: { has(name: string): boolean }) {
    this.#names = names
  }

  /** Whether the call that is read is of a tool that was offered. */
  get isKnown(): boolean {
    return this.#isKnown
  }

  begin(name: string): boolean {
    this.begun++
    this.#isKnown = this.#names.has(name)
    if (this.#isKnown) this.#pieces.push({ kind: 'call', index: this.calls++, name })
    return this.#isKnown
  }

  write(delta: string): void {
    if (!this.#isKnown || delta === '') return
    this.#pieces.push({ kind: 'arguments', index: this.calls - 1, delta })
  }

  takePieces(): ReplyPiece[] {
    const pieces = this.#pieces
    this.#pieces = []
    return pieces
  }
}
