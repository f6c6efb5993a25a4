import type { Grammar } from './grammar'
import { type CodePiece, type LineState, scanLine } from './scan-line'

export type CodeLine = readonly CodePiece[]

/**
 * Colours code that grows. Lines that are whole are never looked at again: what they end in is kept, so each token
 * costs the line that it is in, not the whole block.
 */
export class GrowingCode {
  private done: CodeLine[] = []
  private doneCode = ''
  private state: LineState = null

  constructor(private readonly grammar: Grammar) {}

  /** The lines of `code`; those that were whole before are the same objects. Cheap when it begins with what was given before. */
  lines(code: string): CodeLine[] {
    if (!code.startsWith(this.doneCode)) this.restart()
    const lines = code.slice(this.doneCode.length).split('\n')
    const last = lines.pop() ?? ''
    for (const line of lines) {
      const { pieces, state } = this.scan(line)
      this.done.push(pieces)
      this.state = state
    }
    this.doneCode = code.slice(0, code.length - last.length)
    return [...this.done, this.scan(last).pieces]
  }

  private restart(): void {
    this.done = []
    this.doneCode = ''
    this.state = null
  }

  private scan(line: string): { pieces: CodePiece[]; state: LineState } {
    return scanLine(line, this.grammar, this.state)
  }
}
