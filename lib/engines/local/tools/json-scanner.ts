/** Follows JSON text to where its first value ends, however it is cut into pieces. */
export class JsonScanner {
  private depth = 0
  private inString = false
  private escaped = false
  private began = false
  /** The value is complete. */
  ended = false

  /** How much of `text` still belongs to the value. */
  take(text: string): number {
    for (let at = 0; at < text.length; at++) {
      if (this.ended) return at
      this.step(text.charAt(at))
    }
    return text.length
  }

  private step(character: string): void {
    if (this.inString) {
      if (this.escaped) this.escaped = false
      else if (character === '\\') this.escaped = true
      else if (character === '"') this.inString = false
    } else if (character === '"') {
      this.inString = true
      this.began = true
    } else if (character === '{' || character === '[') {
      this.depth++
      this.began = true
    } else if (character === '}' || character === ']') this.depth--
    this.ended = this.began && this.depth === 0 && !this.inString
  }
}
