import { close, fdatasync, ftruncate, open as openCallback, readFileSync, write } from 'node:fs'
import { mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { AppError, diskFull, isAppError, isDiskFull, isMissing } from '@/lib/platform/errors'

const MAX_TRIES = 5

// Calls on plain descriptors: a FileHandle costs several times the work for each call.

export const openFile = promisify(openCallback)
export const closeFile = promisify(close)
export const syncData = promisify(fdatasync)
export const truncateFile = promisify(ftruncate)

const writeSome = promisify(write)

/** Writes all of `bytes` from `position` on, or behind what was written last when it is null. */
export async function writeAll(fd: number, bytes: Buffer, position: number | null): Promise<void> {
  // A nearly full disk takes less than it is given.
  for (let at = 0; at < bytes.length; ) {
    const where = position === null ? null : position + at
    const { bytesWritten } = await writeSome(fd, bytes, at, bytes.length - at, where)
    at += bytesWritten
  }
}

/** The file that bytes go into until it is whole. Every write says where. */
export interface PartFile {
  /** Writes all of `bytes` from `position` on. */
  write(bytes: Buffer, position: number): Promise<void>
  /** Resolves once everything that was written before is on the disk. */
  sync(): Promise<void>
  /** Cuts off what is behind `size`, from an earlier, longer try. */
  truncate(size: number): Promise<void>
  close(): Promise<void>
}

/** Opens the partial file, making it and its folders when they are not there. `fresh` empties it. */
export async function openPartFile(path: string, fresh: boolean): Promise<PartFile> {
  // 'a+' would ignore positions, and 'r+' needs a file: touching it first serves both.
  await touch(path, fresh ? 'w' : 'a')
  const fd = await openFile(path, 'r+')
  return {
    write: (bytes, position) => writeAll(fd, bytes, position),
    sync: () => syncData(fd),
    truncate: (size) => truncateFile(fd, size),
    close: () => closeFile(fd),
  }
}

async function touch(path: string, flags: 'w' | 'a'): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    await mkdir(dirname(path), { recursive: true })
    try {
      return await (await open(path, flags)).close()
    } catch (error) {
      // Another download that ends removes folders that are empty, also one that was made just now.
      if (!isMissing(error) || tries === MAX_TRIES) throw error
    }
  }
}

/** Bytes of a file; null when there is none. */
export async function fileSize(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** Bytes that a file takes on the disk, without its holes; 0 when there is none. */
export async function bytesOnDisk(path: string): Promise<number> {
  try {
    const { size, blocks } = await stat(path)
    return Math.min(size, blocks * 512)
  } catch (error) {
    if (isMissing(error)) return 0
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

/** What a refusal of the file system means to a person. */
export function diskError(error: unknown): AppError {
  if (isAppError(error)) return error
  if (isDiskFull(error)) return diskFull(error)
  const detail = error instanceof Error ? error.message : String(error)
  return new AppError(`The download can not be written: ${detail}.`, {
    code: 'cannot_write',
    status: 500,
    hint: 'Check that the data directory exists and that the server may write to it, then retry.',
    cause: error,
  })
}
