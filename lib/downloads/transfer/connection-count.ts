/**
 * How many connections one file is fetched over: one until the server has shown that it does ranges,
 * then as many as are allowed. Half when the server asks for less, and one more with each piece that goes well.
 */
export class ConnectionCount {
  readonly #max: number
  #now = 1
  #opened = false

  constructor(max: number) {
    this.#max = max
  }

  /** Connections that may be open now. */
  get now(): number {
    return this.#now
  }

  /** Whether the server has shown that it does ranges. */
  get opened(): boolean {
    return this.#opened
  }

  /** The server does ranges. Returns whether that is news. */
  open(): boolean {
    if (this.#opened) return false
    this.#opened = true
    this.#now = this.#max
    return true
  }

  /** A piece went well. */
  grow(): void {
    this.#now = Math.min(this.#max, this.#now + 1)
  }

  /** The server asked for less. */
  shrink(): void {
    this.#now = Math.max(1, Math.floor(this.#now / 2))
  }
}
