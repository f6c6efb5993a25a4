const RUN = /`+/g

/** Finds the code between backticks. */
export class CodeSpans {
  /** Lengths of runs that nothing closes after the place where one was looked for. */
  readonly #unclosed = new Set<number>()

  constructor(private readonly text: string) {}

  /** The code that a run of `length` backticks before `from` opens; null when no such run closes it. */
  at(from: number, length: number): { code: string; end: number } | null {
    const close = this.#unclosed.has(length) ? -1 : this.#closing(from, length)
    if (close < 0) {
      this.#unclosed.add(length)
      return null
    }
    const code = this.text.slice(from, close).replaceAll('\n', ' ')
    const padded = code.startsWith(' ') && code.endsWith(' ') && code.trim() !== ''
    return { code: padded ? code.slice(1, -1) : code, end: close + length }
  }

  #closing(from: number, length: number): number {
    RUN.lastIndex = from
    for (let run = RUN.exec(this.text); run; run = RUN.exec(this.text))
      if (run[0].length === length) return run.index
    return -1
  }
}
