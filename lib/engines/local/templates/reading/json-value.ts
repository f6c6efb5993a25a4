/** Follows JSON text to where its first value ends, however it is cut into pieces. */
export class JsonValue {
  #depth = 0
  #inString = false
  #escaped = false
  #kind: 'nothing' | 'nested' | 'string' | 'scalar' = 'nothing'
  /** The value is complete. */
  ended = false

  /** How much of `text` still belongs to the value. */
  take(text: string): number {
    for (let at = 0; at < text.length; at++) {
      const character = text.charAt(at)
      if (this.#kind === 'scalar' && /[\s,}\]<]/.test(character)) this.ended = true
      if (this.ended) return at
      this.#step(character)
    }
    return text.length
  }

  #step(character: string): void {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false
      else if (character === '\\') this.#escaped = true
      else if (character === '"') this.#inString = false
      this.ended = !this.#inString && this.#depth === 0
      return
    }
    if (this.#kind === 'nothing' && !/\s/.test(character))
      this.#kind = character === '"' ? 'string' : /[{[]/.test(character) ? 'nested' : 'scalar'
    if (character === '"') this.#inString = true
    else if (character === '{' || character === '[') this.#depth++
    else if (character === '}' || character === ']') this.#depth--
    this.ended = this.#kind === 'nested' && this.#depth === 0
  }
}

const TOKEN = /\s*(?:([,:}])|("(?:[^"\\]|\\.)*")|([\w.+-]+))/y
/** What may become one. */
const BEGUN = /^\s*(?:"(?:[^"\\]|\\.)*\\?)?$/

/**
 * Where an object ends of which members that are no arguments may still come, such as an id; `more` when the text ends
 * before that is certain, undefined when this is no rest of an object.
 */
export function endOfObject(text: string): number | 'more' | undefined {
  TOKEN.lastIndex = 0
  for (let place = 0; ; place++) {
    const from = TOKEN.lastIndex
    const [, mark, string, word] = TOKEN.exec(text) ?? []
    if (mark === '}' && place % 4 === 0) return TOKEN.lastIndex
    const isRight = [mark === ',', string !== undefined, mark === ':', word ?? string][place % 4]
    if (mark === undefined && string === undefined && word === undefined)
      return BEGUN.test(text.slice(from)) ? 'more' : undefined
    if (!isRight) return undefined
  }
}
