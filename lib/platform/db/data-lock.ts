import { join } from 'node:path'
import Sqlite from 'libsql'

/** Holds the data directory for one server. */
export type DataLock = { release(): void }

/**
 * Takes the data directory, or returns null when another server has it. The lock is SQLite's own on
 * a file of its own: the system frees it when the process ends, however it ends, so it is never stale.
 */
export function lockDataDirectory(dataDir: string): DataLock | null {
  const lock = new Sqlite(join(dataDir, 'runnel.lock'), { timeout: 0 })
  try {
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
    lock.exec('CREATE TABLE IF NOT EXISTS holder (pid INTEGER)')
    return { release: () => lock.close() }
  } catch (error) {
    lock.close()
    if (error instanceof Error && /locked|busy/i.test(error.message)) return null
    throw error
  }
}
