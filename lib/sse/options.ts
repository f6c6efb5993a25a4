import type { LimitScope } from './limits'
import type { CloseReason } from './stats'
import type { Timers } from './timers'

/** Whether whoever makes a request may hold one more stream, and until when. */
export type Admission =
  | {
      kind: 'admitted'
      /** Calls the listener when the stream has to end at once; returns unsubscribe. */
      onRevoked(listener: () => void): () => void
      /** Called once, when the stream is closed or was not opened after all. */
      release(): void
    }
  | { kind: 'refused'; response: Response }

/** Is told what happens too often to be counted by itself. It must be quick: streams wait for it. */
export type SseObserver = {
  /**
   * A chunk is handed to a reader's connection.
   * @param publishedAt when the oldest event in it was appended to its log, ms since 1970
   */
  delivered(publishedAt: number): void
}

export type SseServerOptions = {
  /** Streams that may be open at once, in all and for one client. */
  maxSubscribers: number
  maxPerClient: number
  /** Milliseconds that a connection lives, up to a tenth more or less. */
  maxAgeMs: number
  /** Milliseconds after which a reader that takes nothing is cut. */
  stallMs: number
  /** Milliseconds of silence after which a comment is sent. Default: 15 s. */
  heartbeatMs?: number
  /** Milliseconds that a browser waits before it reconnects, up to a quarter more or less. Default: 3 s. */
  retryMs?: number
  /** The answer to a subscriber that a limit keeps out. */
  reject(scope: LimitScope, retryAfterSeconds: number): Response
  /** What else a stream depends on, such as the credential of its request. Default: nothing. */
  admit?: (request: Request) => Admission
  /** Default: nobody. */
  observer?: SseObserver
  timers?: Timers
}

export type SubscribeOptions = {
  /** Whom the limit for one client counts: a user, a key or an address. */
  client: string
  /** What is streamed, from a small fixed set: the label in statistics. */
  name: string
  /** Milliseconds of silence after which a comment is sent. Default: the server's. */
  heartbeatMs?: number
  /** Milliseconds between real `ping` events, which a page can see and a comment is not. Default: none. */
  pingMs?: number
  /**
   * Called exactly once for every call of `subscribe` that does not throw: when its stream is closed, or at once
   * when none was opened, because a limit kept it out or there was nothing left to read.
   */
  onClose?: (reason: CloseReason | 'rejected' | 'finished') => void
}
