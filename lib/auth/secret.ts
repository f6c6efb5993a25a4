import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '@/lib/platform/config'
import { errorCode } from '@/lib/platform/errors'

/** Characters that a secret has at least, as of NEXTAUTH_SECRET. */
const MIN_LENGTH = 16

/**
 * The secret that signs sessions: what the environment gives, or one that is made on the first run
 * and kept in the data directory, readable by its owner only.
 * @throws ConfigError when the file holds something that is too short to be one, or can't be read or written.
 */
export function loadSecret(dataDir: string, given: string | undefined): string {
  if (given) return given
  const path = join(dataDir, 'secret')
  const kept = readIfThere(path)
  // An empty file is what a power cut leaves of one that was not on the disk yet: nothing was signed with it.
  if (kept === undefined || kept === '') return make(dataDir, path)
  if (kept.length >= MIN_LENGTH) return kept
  throw new ConfigError(
    `The secret in ${path} has ${kept.length} characters, and needs at least ${MIN_LENGTH}: delete the file for a new one (everybody signs in again), or restore it from a backup.`,
  )
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw unusable(path, 'read', error)
  }
}

/** The file is on the disk whole before it has its name, and the name is before anything is signed. */
function make(dataDir: string, path: string): string {
  const secret = randomBytes(32).toString('base64url')
  const draft = `${path}.new`
  try {
    syncAndClose(openSync(draft, 'w', 0o600), `${secret}\n`)
    renameSync(draft, path)
    syncAndClose(openSync(dataDir, 'r'))
  } catch (error) {
    throw unusable(path, 'written', error)
  }
  return secret
}

function unusable(path: string, done: 'read' | 'written', error: unknown): ConfigError {
  return new ConfigError(
    `The secret in ${path} can't be ${done} (${errorCode(error) ?? 'unknown'}): it has to be a file that whoever runs Runnel may read and write. Without it nobody can sign in.`,
  )
}

function syncAndClose(descriptor: number, text?: string): void {
  try {
    if (text !== undefined) writeSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
