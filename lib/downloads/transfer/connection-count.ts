/**
 * A line that brings so much over one connection, in bytes a second, is not what limits a download: with more
 * connections the processor has more to do, and the bytes come in another order than they are hashed in.
 */
const FAST_BYTES_PER_SECOND = 256 * 1024 * 1024
/** Milliseconds that a piece may take besides: a busy machine is no slow line. */
const GRACE_MS = 150
/** Less than this comes out of buffers, and says nothing of the line. */
const MIN_MEASURED_BYTES = 16 * 1024 * 1024

/**
 * How many connections one file is fetched over: one until a piece takes longer than on a fast line, then as many as
 * are allowed, until it turns out to be fast after all. Half when the server asks for less, and one more with each piece that goes well.
 */
export class ConnectionCount {
  readonly #max: number
  #now = 1
  #slow = false
  /** It was slow and then fast: when it is slow again, it needs all its connections to be fast. */
  #narrowed = false

  constructor(max: number) {
    this.#max = max
  }

  /** Connections that may be open now. */
  get now(): number {
    return this.#now
  }

  /** Milliseconds after which a piece of so many bytes shows that the line is slow. */
  lateAfterMs(bytes: number): number {
    return GRACE_MS + (bytes / FAST_BYTES_PER_SECOND) * 1000
  }

  /** A piece takes longer than that. Returns whether that is news. */
  widen(): boolean {
    if (this.#slow) return false
    this.#slow = true
    this.#now = this.#max
    return true
  }

  /** A piece of so many bytes went well, in so many milliseconds. */
  grow(bytes: number, ms: number): void {
    if (!this.#slow) return
    this.#now = Math.min(this.#max, this.#now + 1)
    const inAll = (bytes / ms) * 1000 * this.#now
    if (this.#narrowed || bytes < MIN_MEASURED_BYTES || inAll < FAST_BYTES_PER_SECOND * 2) return
    this.#narrowed = true
    this.#slow = false
    this.#now = 1
  }

  /** The server asked for less. */
  shrink(): void {
    this.#slow = true
    this.#now = Math.max(1, Math.floor(this.#now / 2))
  }
}
