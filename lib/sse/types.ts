/** One event before it has an id. `data` may hold any text; line breaks are framed as the standard asks. */
export type SseEvent = { event?: string; data: string }

/** What a log holds: an event, or a line that no listener sees. */
export type SseFrame = SseEvent | { comment: string }

/** A position in a log: the number of the last event that was seen; 0 is before the first. */
export type Cursor = { epoch: string; seq: number }

/** An event in a log, encoded once and shared by every reader. */
export type Entry = {
  seq: number
  /** What filters compare, for example a download's id. */
  key: string | undefined
  /** When it was appended, ms since 1970. */
  at: number
  /** The whole frame with its id, in UTF-8. */
  bytes: Uint8Array
}

/** Why a cursor can't be served: what follows it was trimmed, it is of another life of the log, or it never was. */
export type ResetReason = 'trimmed' | 'epoch' | 'future'

export type ReadResult =
  | { kind: 'entries'; entries: readonly Entry[]; next: Cursor }
  /** Nothing newer yet; `onWake` tells when there is. */
  | { kind: 'empty' }
  /** Nothing newer, and nothing will come. */
  | { kind: 'ended' }
  | { kind: 'reset'; reason: ResetReason }

/** A bounded, append-only sequence of events that any number of cursors read. */
export interface EventLog {
  readonly epoch: string
  /** The newest event's position. */
  readonly head: Cursor
  readonly ended: boolean
  /** Bytes of the entries that it keeps in the memory of this process. */
  readonly bytes: number
  /** Adds an event and wakes the readers. Throws once the log has ended. */
  append(frame: SseFrame, key?: string): Cursor
  /** No more events. Readers that are at the head finish. */
  end(): void
  /** The next entries after `cursor`, at most `maxBytes` but always at least one. */
  read(cursor: Cursor, maxBytes: number): ReadResult | Promise<ReadResult>
  /** Calls `listener` after each append and at the end; returns unsubscribe. */
  onWake(listener: () => void): () => void
}

/** What a reader gets that the log can't give: the state as it is now. */
export type Snapshot = {
  /** The position that the state includes; reading goes on after it. */
  cursor: Cursor
  /** Events that describe the state, sent without ids of their own. */
  events: readonly SseEvent[]
}

/** A stream that can be subscribed to: a log, and how to describe its state to a reader without a usable cursor. */
export type Source = {
  log: EventLog
  /** For a reader that brings no cursor. Default: read the log from its beginning. */
  snapshot?: () => Snapshot | Promise<Snapshot>
  /**
   * For a reader whose cursor can't be served: the data of the one `reset` event, and what follows it.
   * The `reset` carries the new cursor, so its data alone should tell enough to go on from: a connection
   * that is cut right after it does not bring the events again.
   * Default: `{"reason":…}`, then the snapshot, or without one the newest position.
   */
  reset?: (
    reason: ResetReason,
  ) => (Snapshot & { data: string }) | Promise<Snapshot & { data: string }>
  /** Which events this reader sees. Default: all. */
  filter?: (key: string | undefined) => boolean
  /** Ends the stream after an event for which it is true, for example a download's last. */
  isLast?: (entry: Entry) => boolean
  /**
   * True when no event that this reader sees will be appended any more, although the log goes on for others.
   * The stream ends once it has read what is there, and a reconnect after that is answered with 204.
   */
  finished?: () => boolean
}

/** What a reader has next: a chunk, nothing yet, or nothing ever again. */
export type Step =
  | {
      kind: 'batch'
      bytes: Uint8Array
      events: number
      reset?: ResetReason
      /** How many of the events were in the log before the reader came. */
      replayed?: number
      /** When the oldest of the others was appended, ms since 1970. */
      publishedAt?: number
    }
  | { kind: 'idle' }
  | { kind: 'over' }

export const IDLE: Step = { kind: 'idle' }
export const OVER: Step = { kind: 'over' }
