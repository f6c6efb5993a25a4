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
const HEAD =
  /^[\s[]*\{\s*(?:"type"\s*:\s*"function"\s*,\s*)?"name"\s*:\s*"([^"\\]+)"\s*,\s*"(?:arguments|parameters)"\s*:\s*(?=\S)/
/** The longest that the beginning of a call may be before its arguments. */
const LONGEST_HEAD = 256

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

  /** What is left at the end: a call that never became one is text. */
  finish(): ParsedPiece[] {
    const rest = this.mode.kind === 'head' ? this.mode.mark + this.held : this.held
    const lost = this.mode.kind === 'arguments' || this.mode.kind === 'after'
    this.held = ''
    this.mode = { kind: 'text' }
    return rest === '' || lost ? [] : [{ kind: 'text', text: rest }]
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
    const head = HEAD.exec(this.held)
    if (head?.[1] !== undefined && this.names.has(head[1])) {
      pieces.push({ kind: 'call', index: this.calls, name: head[1] })
      this.calls++
      this.held = this.held.slice(head[0].length)
      this.mode = { kind: 'arguments', scanner: new JsonScanner() }
      return true
    }
    if (!head && this.held.length < LONGEST_HEAD) return false
    pieces.push({ kind: 'text', text: mark + this.held })
    this.held = ''
    this.atStart = false
    this.mode = { kind: 'text' }
    return false
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
