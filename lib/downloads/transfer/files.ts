import { readFileSync } from 'node:fs'
import { open, rm, stat } from 'node:fs/promises'

/** The word that Node gives a failed system call, such as `ENOENT`; null for any other error. */
export function errorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}

/** Whether the error says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT'
}

/** Bytes of a file; null when there is none. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** Makes names that were created or renamed in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows can't open a folder, and needs no such call.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Where the bytes of a file go until it is whole. */
export function partPath(path: string): string {
  return `${path}.part`
}

/** Where the journal of a partial file is. */
export function journalPath(path: string): string {
  return `${path}.part.journal`
}

/** Deletes what is left of an unfinished file; none is no error. */
export async function removePartial(path: string): Promise<void> {
  for (const name of [partPath(path), journalPath(path), `${journalPath(path)}.new`])
    await rm(name, { force: true })
}

/**
 * Names this run of the operating system. While it is the same, whatever a process handed to the
 * system is still there, however the process ended. Null where the system does not tell.
 */
export function readBootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}
