import type { Hasher } from '../hash/hash-thread'
import type { RateLimiter } from '../jobs/rate-limiter'
import type { Fault } from './faults'
import type { HttpClient } from './http-client'
import type { OpenPart } from './partial'

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
  /** Bytes of this file that are on record; never fewer than before. */
  onBytes(bytes: number): void
  /** The size, when the hub had not said it. Throws when there is no room for it. */
  onSize(size: number): Promise<void>
  /** Every byte is there; what is left is to finish the hash. */
  onFetched(): Promise<void>
  /** Why it waits, in a sentence; null once bytes come again. */
  onNote(note: string | null): void
}

/** What a file turned out to be: its bytes, and their hash in lower-case hex. */
export type FetchedFile = { size: number; sha256: string }
