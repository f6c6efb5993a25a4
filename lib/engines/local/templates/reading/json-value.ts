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
