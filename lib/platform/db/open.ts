import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Kysely, type Migration, Migrator, type SqliteDatabase, SqliteDialect } from 'kysely'
import Sqlite from 'libsql'
import { up as initial } from './migrations/001-initial'
import { up as people } from './migrations/002-people'
import { up as trust } from './migrations/003-trust'
import { up as modelSettings } from './migrations/004-model-settings'
import { up as thoughts } from './migrations/005-thoughts'
import type { Database } from './schema'

export type Db = Kysely<Database>

/** A database that can't be used as it is; the message is a sentence for the operator. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
}

/** Where the database of a data directory is. */
export function databaseFile(dataDir: string): string {
  return join(dataDir, 'runnel.db')
}

/**
 * Opens `<dataDir>/runnel.db`, creating it when it is not there, and brings it to the newest schema.
 * Full sync: what a client was told is saved survives a power cut.
 * @throws DatabaseError when it is of a newer version, or damaged.
 */
export async function openDatabase(dataDir: string): Promise<Db> {
  mkdirSync(dataDir, { recursive: true })
  const path = databaseFile(dataDir)
  try {
    return await openFile(path)
  } catch (cause) {
    const why = cause instanceof Error ? whyUnusable(cause) : undefined
    throw why ? new DatabaseError(`The database ${path} ${why}`, { cause }) : cause
  }
}

async function openFile(path: string): Promise<Db> {
  const sqlite = new Sqlite(path)
  // Conversations and password hashes are nobody else's on this machine; SQLite gives its other files the same mode.
  chmodSync(path, 0o600)
  for (const pragma of [
    'journal_mode = WAL',
    'synchronous = FULL',
    'foreign_keys = ON',
    'busy_timeout = 5000',
  ])
    sqlite.pragma(pragma)
  const db = new Kysely<Database>({
    dialect: new SqliteDialect({ database: closingWhole(sqlite) }),
  })
  await migrate(db)
  return db
}

/**
 * Brings everything into `runnel.db` when it closes, so that who copies that file of a stopped server has all of it.
 * Closing alone does not: libsql keeps the connection until the last of its statements was collected.
 */
function closingWhole(sqlite: Sqlite.Database): SqliteDatabase {
  return {
    prepare: (sql) => sqlite.prepare(sql),
    close() {
      sqlite.pragma('wal_checkpoint(TRUNCATE)')
      sqlite.close()
    },
  }
}

async function migrate(db: Db): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}

/** What is wrong with the file, and what to do; undefined for any other error. */
function whyUnusable(error: Error): string | undefined {
  // Kysely tells this by its words alone.
  if (/previously executed migration .+ is missing/.test(error.message))
    return 'was written by a newer version of Runnel: start that version, or restore the backup from before it.'
  switch ('code' in error ? error.code : undefined) {
    case 'SQLITE_NOTADB':
    case 'SQLITE_CORRUPT':
      return 'is damaged, or is none: restore a backup of it.'
    // Only the owner may set the mode.
    case 'EPERM':
      return 'belongs to another user: make it that of the one who runs Runnel.'
    default:
      return undefined
  }
}

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

/** Every migration, in order. They are imported rather than read from a folder, since the app is bundled. */
const MIGRATIONS: Record<string, Migration> = {
  '001-initial': { up: initial },
  '002-people': { up: people },
  '003-trust': { up: trust },
  '004-model-settings': { up: modelSettings },
  '005-thoughts': { up: thoughts },
}
