import { close, fdatasync, ftruncate, open as openFile, write } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

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
  await mkdir(dirname(path), { recursive: true })
  // 'a+' would ignore positions, and 'r+' needs a file: touching it first serves both.
  await (await open(path, fresh ? 'w' : 'a')).close()
  return new DiskPartFile(await promisify(openFile)(path, 'r+'))
}

const [writeAt, sync, truncate, closeFile] = [
  promisify(write),
  promisify(fdatasync),
  promisify(ftruncate),
  promisify(close),
]

/** On a plain descriptor: a FileHandle costs several times the work for each call. */
class DiskPartFile implements PartFile {
  readonly #fd: number

  constructor(fd: number) {
    this.#fd = fd
  }

  async write(bytes: Buffer, position: number): Promise<void> {
    // A nearly full disk takes less than it is given.
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await writeAt(this.#fd, bytes, at, bytes.length - at, position + at)
      at += bytesWritten
    }
  }

  sync(): Promise<void> {
    return sync(this.#fd)
  }

  truncate(size: number): Promise<void> {
    return truncate(this.#fd, size)
  }

  close(): Promise<void> {
    return closeFile(this.#fd)
  }
}
