import type { LentPiece } from '../transfer/blocks'

/** What the server asks of the thread that hashes. `id` names one file, from its first request until it is finished or dropped. */
export type HashRequest =
  /** Every byte of `path` below `until` is in the file. */
  | { type: 'advance'; id: number; path: string; until: number }
  /** The bytes from `at` on are in the file, and in shared memory too until they are taken. */
  | { type: 'lend'; id: number; path: string; at: number; piece: LentPiece }
  /** The file has `size` bytes: tell their hash, then forget it. */
  | { type: 'finish'; id: number; path: string; size: number }
  /** Nobody wants to know any more. */
  | { type: 'drop'; id: number }

/** What the thread answers to `finish`. */
export type HashAnswer =
  | { type: 'hashed'; id: number; sha256: string }
  | { type: 'failed'; id: number; message: string; code: string | null }
