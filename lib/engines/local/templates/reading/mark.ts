/** Stands in a mark for an id or a number that is another one each time. */
export const ANY = '\u0000'

const IN_ANY = /[\w.:/-]/

/**
 * A text with which a family marks something off. Models are not exact about white space, so where the mark has some
 * there may be any or none; at its ends there is none to it.
 */
export class Mark {
  readonly text: string

  constructor(text: string) {
    this.text = text.trim()
  }

  get isEmpty(): boolean {
    return this.text === ''
  }

  /** Where it ends if it begins at `at`; `more` when the text ends before that is certain, undefined when it doesn't. */
  match(text: string, at: number): number | 'more' | undefined {
    return matchFrom(this.text, 0, text, at)
  }

  /** Where it first begins from `from` on, and where it ends; `more` has no end yet. */
  find(text: string, from = 0): { at: number; end: number | 'more' } | undefined {
    const first = this.text.charAt(0)
    const isAny = first === ANY
    for (let at = from; at < text.length; at++) {
      if (!isAny) {
        at = text.indexOf(first, at)
        if (at < 0) return undefined
      }
      const end = this.match(text, at)
      if (end !== undefined) return { at, end }
    }
    return undefined
  }
}

function matchFrom(
  mark: string,
  from: number,
  text: string,
  at: number,
): number | 'more' | undefined {
  let position = at
  for (let index = from; index < mark.length; index++) {
    const wanted = mark.charAt(index)
    if (isSpace(wanted)) {
      while (isSpace(text.charAt(position))) position++
    } else if (wanted === ANY) {
      for (let end = position; ; end++) {
        const rest = matchFrom(mark, index + 1, text, end)
        if (rest !== undefined) return rest
        if (!IN_ANY.test(text.charAt(end))) return undefined
      }
    } else {
      if (position === text.length) return 'more'
      if (text.charAt(position) !== wanted) return undefined
      position++
    }
  }
  return position
}

export const isSpace = (character: string): boolean => character !== '' && /\s/.test(character)
