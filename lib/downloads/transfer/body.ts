/** The body of a reply as it comes in: what Node's own replies can do, as far as it is needed here. */
export interface Body {
  /** `data` may be told of bytes that are valid only until the listener returns. */
  on(event: 'data', listener: (bytes: Buffer) => void): unknown
  on(event: 'end' | 'close', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  /**
   * Where it can, it reads right into what `room` gives, and tells `data` of those very bytes. `room` is asked before
   * each read; null leaves the choice to the body.
   */
  readInto?(room: () => Buffer | null): void
  pause(): unknown
  resume(): unknown
  /** Closes its connection, unless the body has ended. */
  destroy(): unknown
  /** Whether it came to its end. */
  readonly complete: boolean
}
