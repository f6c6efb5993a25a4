/**
 * Finds stop strings in text that arrives in pieces, also across their borders.
 * Text that may be the beginning of one is held back, so no part of a stop string ever gets out.
 */
export class StopMatcher {
  private held = ''

  constructor(private readonly stops: readonly string[]) {}

  /** Whether some text is being held back. */
  get holding(): boolean {
    return this.held !== ''
  }

  /** What may be shown now, and whether a stop string was found right after it. */
  push(text: string): { text: string; stopped: boolean } {
    if (this.stops.length === 0) return { text, stopped: false }
    const buffer = this.held + text
    const found = this.firstStop(buffer)
    if (found !== -1) {
      this.held = ''
      return { text: buffer.slice(0, found), stopped: true }
    }
    const keep = this.possibleStart(buffer)
    this.held = buffer.slice(buffer.length - keep)
    return { text: buffer.slice(0, buffer.length - keep), stopped: false }
  }

  /** What was held back, once it is certain that nothing follows. */
  flush(): string {
    const rest = this.held
    this.held = ''
    return rest
  }

  private firstStop(buffer: string): number {
    const found = this.stops.map((stop) => buffer.indexOf(stop)).filter((index) => index !== -1)
    return found.length === 0 ? -1 : Math.min(...found)
  }

  /** The length of the longest end of `buffer` that is the beginning of a stop string. */
  private possibleStart(buffer: string): number {
    let longest = 0
    for (const stop of this.stops)
      for (let size = Math.min(stop.length - 1, buffer.length); size > longest; size--)
        if (stop.startsWith(buffer.slice(buffer.length - size))) longest = size
    return longest
  }
}
