import type { ResetReason } from './types'

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
