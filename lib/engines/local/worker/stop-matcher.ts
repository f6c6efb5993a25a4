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

  /** What may be shown now, and which stop string was found right after it. */
  push(text: string): { text: string; stop?: string } {
    if (this.stops.length === 0) return { text }
    const buffer = this.held + text
    const found = this.firstStop(buffer)
    if (found) {
      this.held = ''
      return { text: buffer.slice(0, found.at), stop: found.stop }
    }
    const keep = this.possibleStart(buffer)
    this.held = buffer.slice(buffer.length - keep)
    return { text: buffer.slice(0, buffer.length - keep) }
  }

  /** What was held back, once it is certain that nothing follows. */
  flush(): string {
    const rest = this.held
    this.held = ''
    return rest
  }

  private firstStop(buffer: string): { at: number; stop: string } | undefined {
    return this.stops
      .map((stop) => ({ at: buffer.indexOf(stop), stop }))
      .filter(({ at }) => at !== -1)
      .sort((a, b) => a.at - b.at)[0]
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
