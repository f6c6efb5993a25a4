import type { TaintedString } from './jinja/tainted-string'

/** A stretch of a prompt that is tokenized by itself. */
export type PromptPiece = {
  text: string
  /** Whether the names of control tokens in it are those tokens. */
  special: boolean
  /** Whether it goes on in the middle of a text, so that no space may be put before it. */
  isContinued: boolean
}

/** A token with a name that a text can have in it. */
export type NamedToken = {
  name: string
  /** Recognized in every text, also where control tokens are not. */
  isUserDefined: boolean
}

/**
 * Keeps what somebody typed from becoming a control token. A prompt without such names in it is tokenized as a whole,
 * as always; of one that has them, the text between two marks of the template is read without control tokens, which
 * gives the same tokens as the whole would, because a tokenizer divides a text at these marks anyway.
 */
export class ControlMarks {
  readonly #names: RegExp | undefined
  readonly #userDefined: ReadonlySet<string>

  /** @param source the template: of the tokens that a model file adds, those count which it uses as marks */
  constructor(tokens: readonly NamedToken[], source: string) {
    const counted = tokens.filter(
      ({ name, isUserDefined }) =>
        name.length > 1 && (!isUserDefined || (/\S/.test(name) && source.includes(name))),
    )
    this.#userDefined = new Set(
      counted.filter(({ isUserDefined }) => isUserDefined).map(({ name }) => name),
    )
    const names = [...new Set(counted.map(({ name }) => name))].sort((a, b) => b.length - a.length)
    this.#names = names.length > 0 ? new RegExp(names.map(escaped).join('|'), 'g') : undefined
  }

  /** The pieces of a prompt, in order. */
  divide({ value, spans }: TaintedString): PromptPiece[] {
    const whole: PromptPiece[] = [{ text: value, special: true, isContinued: false }]
    if (!this.#names || spans.length === 0) return whole
    const marks = [...value.matchAll(this.#names)].map(({ 0: name, index }) => ({
      from: index,
      to: index + name.length,
      name,
      isInput: spans.some(([from, to]) => from < index + name.length && index < to),
    }))
    if (!marks.some(({ isInput }) => isInput)) return whole
    const pieces: PromptPiece[] = []
    const add = (from: number, to: number, special: boolean, isContinued = false) => {
      if (from < to) pieces.push({ text: value.slice(from, to), special, isContinued })
    }
    let done = 0
    let start = 0
    const genuine = marks.filter(({ isInput }) => !isInput)
    for (const { from, to } of [...genuine, { from: value.length, to: value.length }]) {
      const typed = marks.filter((mark) => mark.isInput && mark.from >= start && mark.from < from)
      if (typed.length > 0) {
        add(done, start, true)
        let at = start
        // A token that every text is searched for is cut in two.
        for (const mark of typed.filter(({ name }) => this.#userDefined.has(name))) {
          add(at, mark.from + 1, false, at > start)
          at = mark.from + 1
        }
        add(at, from, false, at > start)
        done = from
      }
      start = to
    }
    add(done, value.length, true)
    return pieces
  }
}

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
