import type { CodeLine, Highlight } from './highlighter'

/** How many lines are settled together, and how many behind them have to say that they may be. */
const CHUNK = 40

/**
 * Colours code that grows. highlight.js reads from the beginning only, so lines are settled in chunks: as soon as the
 * lines behind a chunk look the same when they are read without it, it is never read again. So each token costs what
 * the last lines cost, not the whole block.
 */
export class GrowingCode {
  readonly #highlight: Highlight
  #settled: CodeLine[] = []
  #settledCode = ''
  #last: readonly CodeLine[] = []

  constructor(highlight: Highlight) {
    this.#highlight = highlight
  }

  /**
   * The lines of `code`; those that look as they did before are the same objects.
   * @param grows whether more of it may come; code that is whole is read as a whole
   */
  lines(code: string, grows: boolean): readonly CodeLine[] {
    if (!grows || !code.startsWith(this.#settledCode)) this.#unsettle()
    const tail = code.slice(this.#settledCode.length)
    const lines = this.#highlight(tail)
    const start = this.#settled.length
    const shown = [...this.#settled, ...lines.map((line, index) => this.#same(line, start + index))]
    this.#last = shown
    if (grows && lines.length > 2 * CHUNK) this.#settle(tail, lines)
    return shown
  }

  #unsettle(): void {
    this.#settled = []
    this.#settledCode = ''
  }

  #settle(tail: string, lines: readonly CodeLine[]): void {
    const whole = lines.length - (lines.length % CHUNK) - CHUNK
    const chunk = `${tail.split('\n').slice(0, whole).join('\n')}\n`
    const rest = lines.slice(whole)
    const alone = this.#highlight(tail.slice(chunk.length))
    if (!rest.every((line, index) => isSame(line, alone[index]))) return
    this.#settled = this.#last.slice(0, this.#settled.length + whole)
    this.#settledCode += chunk
  }

  #same(line: CodeLine, index: number): CodeLine {
    const before = this.#last[index]
    return before && isSame(line, before) ? before : line
  }
}

function isSame(a: CodeLine, b: CodeLine | undefined): boolean {
  return (
    b !== undefined &&
    a.length === b.length &&
    a.every(({ content, kind }, index) => b[index]?.content === content && b[index].kind === kind)
  )
}
