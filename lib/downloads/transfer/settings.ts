import type { HttpClient } from '@/lib/platform/http/http-client'
import type { Hasher } from '../hash/hash-thread'
import type { Fault } from './faults'
import type { OpenPart } from './partial'
import type { RateLimiter } from './rate-limiter'

/** What every transfer shares. */
export type TransferSettings = {
  client: HttpClient
  limiter: RateLimiter
  hasher: Hasher
  /** The most connections for one file. */
  connections: number
  /** Milliseconds without a byte after which a connection is given up. */
  stallMs: number
  /** Milliseconds without a new byte after which a job fails. */
  giveUpMs: number
  /** Milliseconds; the bound of the first wait between tries, and of the longest. */
  backoffMs: { base: number; cap: number }
  /** Names the run of the operating system; null when that is unknown. */
  bootId: string | null
  openPart?: OpenPart
  /** Is told of each fault after which a transfer goes on. */
  onRetry?: (fault: Fault) => void
}

/** What a transfer tells while it runs. */
export type TransferEvents = {
  /** Bytes of this file that are on record; fewer than before only after `onRestart`. */
  onBytes(bytes: number): void
  /** The size, when the hub had not said it. Throws when there is no room for it. */
  onSize(size: number): Promise<void>
  /** Every byte is there; what is left is to finish the hash. */
  onFetched(): Promise<void>
  /** What came had the wrong hash: all of it is fetched again. */
  onRestart(): Promise<void>
  /** Why it waits, in a sentence; null once bytes come again. */
  onNote(note: string | null): void
}

/** What a file turned out to be: its bytes, and their hash in lower-case hex. */
export type FetchedFile = { size: number; sha256: string }
/** Why a running job is stopped from outside; the reason of its abort signal. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  readonly kind: 'pause' | 'cancel' | 'shutdown'

  constructor(kind: 'pause' | 'cancel' | 'shutdown') {
    super(`The download was interrupted: ${kind}.`)
    this.kind = kind
  }
}

/** Whether a signal says that nothing of the job is wanted any more. */
export function isCancelled(signal: AbortSignal): boolean {
  return signal.reason instanceof Interruption && signal.reason.kind === 'cancel'
}
