import { statfs } from 'node:fs/promises'
import { AppError } from '@/lib/errors'

/** Bytes that stay free for the database, logs and everything else on the disk. */
const MARGIN_BYTES = 64 * 1024 * 1024

/** Asks the file system how many bytes this process may still write below `folder`. */
export type MeasureFree = (folder: string) => Promise<number>

/**
 * Promises disk space to jobs before their first byte, so that two jobs which fit alone but not
 * together do not both fail in the middle.
 */
export class DiskSpace {
  readonly #folder: string
  readonly #measure: MeasureFree
  /** What each job has still to write; that shrinks as it writes, like the free space does. */
  readonly #promised = new Map<string, () => number>()

  constructor(folder: string, measure: MeasureFree = measureFree) {
    this.#folder = folder
    this.#measure = measure
  }

  /**
   * Promises a job what it has still to write, in place of an earlier promise.
   * @param remaining bytes, asked again whenever somebody else wants space.
   * @throws AppError 507 `disk_full`, with the numbers.
   */
  async reserve(jobId: string, remaining: () => number): Promise<void> {
    // Promised before it is measured: two jobs that ask at the same moment see each other.
    this.#promised.set(jobId, remaining)
    const free = await this.#measure(this.#folder)
    let others = 0
    for (const [id, left] of this.#promised) if (id !== jobId) others += left()
    const available = Math.max(0, free - others - MARGIN_BYTES)
    if (remaining() <= available) return
    this.#promised.delete(jobId)
    throw diskTooSmall(remaining(), available, others)
  }

  /** The job writes no more. */
  release(jobId: string): void {
    this.#promised.delete(jobId)
  }
}

async function measureFree(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

function diskTooSmall(needed: number, available: number, others: number): AppError {
  const promised = others > 0 ? `, with ${size(others)} promised to other downloads` : ''
  return new AppError(
    `The disk has no room for this: ${size(needed)} are needed, ${size(available)} are free${promised}.`,
    {
      code: 'disk_full',
      status: 507,
      hint: 'Delete models or partial downloads that are not needed, then retry.',
    },
  )
}

function size(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`
}
