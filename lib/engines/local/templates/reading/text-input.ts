/** What has come and has not been read yet. */
export class TextInput {
  #text = ''
  /** Nothing comes any more. */
  isAtEnd = false

  get text(): string {
    return this.#text
  }

  push(text: string): void {
    this.#text += text
  }

  /** Puts what was taken back to the beginning. */
  unread(text: string): void {
    this.#text = text + this.#text
  }

  /** Takes so many characters (UTF-16 units) off the beginning. */
  take(count: number): string {
    const taken = this.#text.slice(0, count)
    this.#text = this.#text.slice(count)
    return taken
  }
}
