import { close, fdatasync, ftruncate, open as openFile, read, writev } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

/** The file that bytes go into until it is whole. Every write says where. */
export interface PartFile {
  /** Writes all of `buffers`, one after the other, from `position` on. */
  write(buffers: readonly Buffer[], position: number): Promise<void>
  /** Fills `buffer` from `position` on; returns fewer bytes only at the end of the file. */
  read(buffer: Buffer, position: number): Promise<number>
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

const [readAt, writeAt, sync, truncate, closeFile] = [
  promisify(read),
  promisify(writev),
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

  async write(buffers: readonly Buffer[], position: number): Promise<void> {
    let rest = buffers
    let at = position
    while (rest.length > 0) {
      const { bytesWritten } = await writeAt(this.#fd, rest, at)
      at += bytesWritten
      rest = skip(rest, bytesWritten)
    }
  }

  async read(buffer: Buffer, position: number): Promise<number> {
    let filled = 0
    while (filled < buffer.length) {
      const left = buffer.length - filled
      const { bytesRead } = await readAt(this.#fd, buffer, filled, left, position + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return filled
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

/** What is left after the first `bytes`: a nearly full disk takes less than it is given. */
function skip(buffers: readonly Buffer[], bytes: number): Buffer[] {
  const rest: Buffer[] = []
  let left = bytes
  for (const buffer of buffers) {
    if (left < buffer.length) rest.push(buffer.subarray(left))
    left = Math.max(0, left - buffer.length)
  }
  return rest
}
