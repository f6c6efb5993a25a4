import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Kysely, Migrator, type SqliteDatabase, SqliteDialect } from 'kysely'
import Sqlite from 'libsql'
import { MIGRATIONS } from './migrations'
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
