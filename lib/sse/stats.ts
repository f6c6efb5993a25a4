import type { LimitScope } from './limits'
import type { ResetReason } from './types'

/**
 * Why a stream ended: its client went away; nothing will follow; its lifetime was over; its reader took nothing;
 * the server stopped; what it was opened with is not valid any more; its source failed.
 */
export type CloseReason =
  | 'client'
  | 'ended'
  | 'expired'
  | 'stalled'
  | 'shutdown'
  | 'revoked'
  | 'error'

/**
 * What became of a reader's cursor when it came: it had none, reading went on, the state was sent again,
 * or there was nothing left to read.
 */
export type ResumeOutcome = 'fresh' | 'resumed' | 'reset' | 'finished'

/** Counts since the server started, except for `open`, `openByName`, `blocked` and `maxLag`, which are of now. */
export type SseStats = {
  open: number
  /** Open streams by the name that they were subscribed with. */
  openByName: Record<string, number>
  opened: number
  closed: Record<CloseReason, number>
  rejected: Record<LimitScope, number>
  resumed: Record<ResumeOutcome, number>
  /** Resets of all readers, whether they came with a bad cursor or fell behind. */
  resets: Record<ResetReason, number>
  /** Events that were sent from before their stream was opened. */
  replayed: number
  /** Chunks and their bytes that were handed to sockets. */
  chunks: number
  bytes: number
  /** The most events that an open stream is behind its log. */
  maxLag: number
  /** Open streams whose reader has not taken its chunk for a second or longer. */
  blocked: number
}

/** What only an open stream knows. */
export type OpenStats = { name: string; lag: number; blocked: boolean }

/** The counters behind `SseStats`. */
export class Counters {
  opened = 0
  replayed = 0
  chunks = 0
  bytes = 0
  readonly closed = {
    client: 0,
    ended: 0,
    expired: 0,
    stalled: 0,
    shutdown: 0,
    revoked: 0,
    error: 0,
  }
  readonly rejected = { all: 0, client: 0 }
  readonly resumed = { fresh: 0, resumed: 0, reset: 0, finished: 0 }
  readonly resets = { trimmed: 0, epoch: 0, future: 0 }

  /** A copy with what only the open streams know. */
  snapshot(open: readonly OpenStats[]): SseStats {
    const openByName: Record<string, number> = {}
    for (const { name } of open) openByName[name] = (openByName[name] ?? 0) + 1
    return {
      open: open.length,
      openByName,
      opened: this.opened,
      closed: { ...this.closed },
      rejected: { ...this.rejected },
      resumed: { ...this.resumed },
      resets: { ...this.resets },
      replayed: this.replayed,
      chunks: this.chunks,
      bytes: this.bytes,
      maxLag: open.reduce((most, { lag }) => Math.max(most, lag), 0),
      blocked: open.filter(({ blocked }) => blocked).length,
    }
  }
}
