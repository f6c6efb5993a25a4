import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { closeFile, openFile, syncData, truncateFile, writeAll } from './descriptors'
import { isMissing } from './files'

const MAX_TRIES = 5

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
  return new DiskPartFile(await openFile(path, 'r+'))
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

class DiskPartFile implements PartFile {
  readonly #fd: number

  constructor(fd: number) {
    this.#fd = fd
  }

  write(bytes: Buffer, position: number): Promise<void> {
    return writeAll(this.#fd, bytes, position)
  }

  sync(): Promise<void> {
    return syncData(this.#fd)
  }

  truncate(size: number): Promise<void> {
    return truncateFile(this.#fd, size)
  }

  close(): Promise<void> {
    return closeFile(this.#fd)
  }
}
