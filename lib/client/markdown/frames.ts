import type { Inline } from './types'

/** A run of `*`, `_` or `~`, and what may stand around it. */
export type Run = { sign: string; length: number; opens: boolean; closes: boolean }

/** Something that was opened: what came since then is in it, or stands behind it as text when it is never closed. */
type Frame = { sign: string; length: number; both: boolean; children: Inline[] }

/**
 * What is open at a place of a line: emphasis within links within emphasis. Every sign is opened and closed once, so
 * that the work grows with the text alone, however it is written.
 */
export class Frames {
  readonly #root: Frame = { sign: '', length: 0, both: false, children: [] }
  readonly #open: Frame[] = []
  readonly #counts = new Map<string, number>()

  /** Adds what stands at this place. Pieces of text become one. */
  add(piece: Inline): void {
    addTo(this.#top.children, piece)
  }

  /** Opens a bracket: `[`, or `![`. */
  openBracket(sign: string): void {
    this.#push({ sign, length: 1, both: false, children: [] })
  }

  /** Ends what the last bracket began; null where none is open. What it holds that is not closed is text. */
  closeBracket(): { sign: string; children: Inline[] } | null {
    const index = this.#open.findLastIndex(({ sign }) => sign.endsWith('['))
    if (index < 0) return null
    while (this.#open.length > index + 1) this.#flatten()
    return this.#pop() ?? null
  }

  /** Closes what a run closes, and opens what is left of it. */
  run({ sign, length, opens, closes }: Run): void {
    let left = length
    while (closes && left > 0) {
      const index = this.#openerOf(sign, left, length, opens)
      if (index < 0) break
      while (this.#open.length > index + 1) this.#flatten()
      left -= this.#wrap(left)
    }
    if (left === 0) return
    if (opens) this.#push({ sign, length: left, both: closes, children: [] })
    else this.add({ kind: 'text', text: sign.repeat(left) })
  }

  /**
   * Ends everything.
   * @param grows whether more is coming: what is open is then drawn as if it were closed, so that it does not jump
   */
  end(grows: boolean): Inline[] {
    while (this.#open.length > 0) {
      if (grows) this.#closeEarly()
      else this.#flatten()
    }
    return this.#root.children
  }

  get #top(): Frame {
    return this.#open.at(-1) ?? this.#root
  }

  #openerOf(sign: string, left: number, length: number, opens: boolean): number {
    if (!this.#counts.get(sign)) return -1
    return this.#open.findLastIndex((frame) => {
      if (frame.sign !== sign) return false
      if (sign === '~') return frame.length === left
      // CommonMark: a run that may do both does not pair with one where the lengths make a multiple of three.
      const odd = (frame.both || opens) && (frame.length + length) % 3 === 0
      return !odd || (frame.length % 3 === 0 && length % 3 === 0)
    })
  }

  /** Closes the top frame with one or two signs, and says with how many. */
  #wrap(left: number): number {
    const frame = this.#pop()
    if (!frame) return left
    const used = frame.sign === '~' ? frame.length : Math.min(2, left, frame.length)
    const piece = wrapped(frame.sign, used, frame.children)
    const rest = frame.length - used
    if (rest === 0) this.add(piece)
    else this.#push({ ...frame, length: rest, children: [piece] })
    return used
  }

  #closeEarly(): void {
    const frame = this.#pop()
    if (!frame || frame.children.length === 0) return
    if (frame.sign.endsWith('[')) for (const child of frame.children) this.add(child)
    else {
      let children = frame.children
      for (let left = frame.length; left > 0; left -= 2)
        children = [wrapped(frame.sign, Math.min(2, left), children)]
      for (const child of children) this.add(child)
    }
  }

  /** Makes text of the signs of the top frame. */
  #flatten(): void {
    const frame = this.#pop()
    if (!frame) return
    this.add({ kind: 'text', text: frame.sign.repeat(frame.length) })
    for (const child of frame.children) this.add(child)
  }

  #push(frame: Frame): void {
    this.#open.push(frame)
    this.#counts.set(frame.sign, (this.#counts.get(frame.sign) ?? 0) + 1)
  }

  #pop(): Frame | undefined {
    const frame = this.#open.pop()
    if (frame) this.#counts.set(frame.sign, (this.#counts.get(frame.sign) ?? 1) - 1)
    return frame
  }
}

function wrapped(sign: string, length: number, children: Inline[]): Inline {
  return { kind: sign === '~' ? 'del' : length === 2 ? 'strong' : 'em', children }
}

function addTo(pieces: Inline[], piece: Inline): void {
  const last = pieces.at(-1)
  if (piece.kind === 'text' && last?.kind === 'text')
    pieces[pieces.length - 1] = { kind: 'text', text: last.text + piece.text }
  else pieces.push(piece)
}
