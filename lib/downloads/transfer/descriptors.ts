import { close, fdatasync, ftruncate, open, write } from 'node:fs'
import { promisify } from 'node:util'

// Calls on plain descriptors: a FileHandle costs several times the work for each call.

export const openFile = promisify(open)
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
