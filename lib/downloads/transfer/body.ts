/** The body of a reply as it comes in: what Node's own replies can do, as far as it is needed here. */
export interface Body {
  /** `data` may be told of bytes that are valid only until the listener returns. */
  on(event: 'data', listener: (bytes: Buffer) => void): unknown
  on(event: 'end' | 'close', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  pause(): unknown
  resume(): unknown
  /** Closes its connection, unless the body has ended. */
  destroy(): unknown
  /** Whether it came to its end. */
  readonly complete: boolean
}
