import { JsonScanner } from './json-scanner'

/** What a piece of output turned out to be. */
export type ParsedPiece =
  | { kind: 'text'; text: string }
  /** `index` counts calls from 0. */
  | { kind: 'call'; index: number; name: string }
  | { kind: 'arguments'; index: number; delta: string }

/** What models write around a call. A call in plain JSON, as Llama 3 writes it, counts only at the very beginning. */
const MARKS = ['<tool_call>', '[TOOL_CALLS]', '<|python_tag|>']
const AFTER_CALL = /^(?:[\s,\]}]|<\/tool_call>)+/
const NAME = /^[\s[]*\{\s*(?:"type"\s*:\s*"function"\s*,\s*)?"name"\s*:\s*"([^"\\]+)"/
/** What may stand between the name and the arguments. */
const BEFORE_ARGUMENTS = /^\s*,\s*"(?:arguments|parameters)"\s*:\s*/
/** Arguments that are not there, which is the same as none. */
const NO_ARGUMENTS = /^\s*(?:,\s*"(?:arguments|parameters)"\s*:\s*null\s*)?\}/
/** The longest that the beginning of a call may be before its arguments. */
const LONGEST_HEAD = 256
/** What looks like the beginning of a mark from so many characters on is taken for one when an answer is cut. */
const SHORTEST_MARK = 3

type Mode =
  | { kind: 'text' }
  /** Something that looks like a call; `mark` goes back into the text when it is none. */
  | { kind: 'head'; mark: string }
  | { kind: 'arguments'; scanner: JsonScanner }
  | { kind: 'after' }

/** Tells calls from text while a model writes, and passes arguments on as they come. */
export class ToolCallParser {
  private mode: Mode = { kind: 'text' }
  private held = ''
  private atStart = true
  /** Calls that have begun. */
  calls = 0

  constructor(private readonly names: ReadonlySet<string>) {}

  /** What is certain after this much more text. */
  push(text: string): ParsedPiece[] {
    this.held += text
    const pieces: ParsedPiece[] = []
    while (this.step(pieces));
    return pieces
  }

  /**
   * What is left at the end: a call that never became one is text, unless the end cut it. What is cut of a call is no
   * part of the answer's text; when its tool was named already, it is a call without its arguments.
   */
  finish({ cut }: { cut: boolean }): ParsedPiece[] {
    const { mode, held } = this
    this.held = ''
    this.mode = { kind: 'text' }
    switch (mode.kind) {
      case 'arguments':
      case 'after':
        return []
      case 'head': {
        const text: ParsedPiece[] = [{ kind: 'text', text: mode.mark + held }]
        if (!cut || !this.mayBecomeCall(held)) return mode.mark + held === '' ? [] : text
        const name = NAME.exec(held)?.[1]
        return name === undefined ? [] : [{ kind: 'call', index: this.calls++, name }]
      }
      case 'text': {
        const isCut = cut && possibleMark(held) >= SHORTEST_MARK
        return held === '' || isCut ? [] : [{ kind: 'text', text: held }]
      }
    }
  }

  /** Goes one step further; false when it needs more text. */
  private step(pieces: ParsedPiece[]): boolean {
    switch (this.mode.kind) {
      case 'text':
        return this.readText(pieces)
      case 'head':
        return this.readHead(this.mode.mark, pieces)
      case 'arguments':
        return this.readArguments(this.mode.scanner, pieces)
      case 'after':
        return this.readAfter()
    }
  }

  private readText(pieces: ParsedPiece[]): boolean {
    if (this.atStart && /^\s*\{/.test(this.held)) {
      this.mode = { kind: 'head', mark: '' }
      return true
    }
    const found = MARKS.map((mark) => ({ mark, at: this.held.indexOf(mark) }))
      .filter(({ at }) => at !== -1)
      .sort((a, b) => a.at - b.at)[0]
    const end = found ? found.at : this.held.length - possibleMark(this.held)
    const text = this.held.slice(0, end)
    if (text.trim() !== '') this.atStart = false
    if (text !== '') pieces.push({ kind: 'text', text })
    this.held = this.held.slice(found ? end + found.mark.length : end)
    if (found) this.mode = { kind: 'head', mark: found.mark }
    return found !== undefined
  }

  private readHead(mark: string, pieces: ParsedPiece[]): boolean {
    const [head, name] = NAME.exec(this.held) ?? []
    if (head !== undefined && name !== undefined && this.names.has(name)) {
      const rest = this.held.slice(head.length)
      const none = mark === '' ? null : NO_ARGUMENTS.exec(rest)
      const start = BEFORE_ARGUMENTS.exec(rest)
      if (none || (start && rest[start[0].length] === '{')) {
        pieces.push({ kind: 'call', index: this.calls++, name })
        if (none) pieces.push({ kind: 'arguments', index: this.calls - 1, delta: '{}' })
        this.held = rest.slice((none ?? start)?.[0].length)
        this.mode = none ? { kind: 'after' } : { kind: 'arguments', scanner: new JsonScanner() }
        return true
      }
    }
    if (this.mayBecomeCall(this.held)) return false
    pieces.push({ kind: 'text', text: mark + this.held })
    this.held = ''
    this.atStart = false
    this.mode = { kind: 'text' }
    return false
  }

  /** Whether more text could make a call of this. */
  private mayBecomeCall(held: string): boolean {
    if (held.length >= LONGEST_HEAD) return false
    const [head, name] = NAME.exec(held) ?? []
    if (head === undefined || name === undefined) {
      const before = held.replace(/^[\s[]*/, '').replaceAll(/\s+/g, '')
      const starts = ['{"name":"', '{"type":"function","name":"']
      return starts.some(
        (start) =>
          start.startsWith(before) ||
          (before.startsWith(start) && this.isNameBegun(before.slice(start.length))),
      )
    }
    if (!this.names.has(name)) return false
    const rest = held.slice(head.length)
    const before = rest.replaceAll(/\s+/g, '')
    return [',"arguments":', ',"parameters":'].some(
      (next) =>
        next.startsWith(before) ||
        (before.startsWith(next) && 'null}'.startsWith(before.slice(next.length))),
    )
  }

  private isNameBegun(text: string): boolean {
    return [...this.names].some((name) => name.startsWith(text))
  }

  private readArguments(scanner: JsonScanner, pieces: ParsedPiece[]): boolean {
    const size = scanner.take(this.held)
    const delta = this.held.slice(0, size)
    if (size > 0) pieces.push({ kind: 'arguments', index: this.calls - 1, delta })
    this.held = this.held.slice(size)
    if (!scanner.ended) return false
    this.mode = { kind: 'after' }
    return true
  }

  /** After a call there may be another, or nothing; the brackets that close it are left out. */
  private readAfter(): boolean {
    this.held = this.held.replace(AFTER_CALL, '')
    if (this.held === '' || '</tool_call>'.startsWith(this.held)) return false
    this.mode = /^\[?\{/.test(this.held) ? { kind: 'head', mark: '' } : { kind: 'text' }
    return true
  }
}

/** How much of the end of `text` may be the beginning of a mark. */
function possibleMark(text: string): number {
  for (let size = Math.min(text.length, 15); size > 0; size--)
    if (MARKS.some((mark) => mark.startsWith(text.slice(-size)))) return size
  return 0
}
