import type { Db } from '@/lib/platform/db/open'

/** Something that happened. */
export type AuditEvent = {
  /** A noun and a verb: `key.create`. */
  action: string
  actor: { userId: string | null; label: string; address: string }
  /** What it was done to, as people name it. */
  target?: string | null
  details?: Record<string, unknown>
}

/** Where it is written down who did what. */
export type AuditTrail = {
  /** Adds a row, within a transaction when one is given. Resolves when it is saved. */
  record(event: AuditEvent, tx?: Db): Promise<void>
}

/** What only the one who does a thing knows of it. */
export type AuditNote = {
  target?: string
  details?: Record<string, unknown>
  /** Who it was, where the request did not tell: a new account. */
  actor?: { userId: string; label: string }
}

/**
 * Writes the audit row of the request under way in the transaction that makes the change: on a full disk neither of
 * the two happens, and the answer is true.
 */
export type AuditWriter = (tx: Db, note: AuditNote) => Promise<void>
