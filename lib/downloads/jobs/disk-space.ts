import { statfs } from 'node:fs/promises'
import { AppError } from '@/lib/platform/errors'

/** Bytes that stay free for the database, logs and everything else on the disk. */
const RESERVE_BYTES = 64 * 1024 * 1024

/** Asks the file system how many bytes this process may still write below `folder`. */
export type MeasureFree = (folder: string) => Promise<number>

/** What a job has still to write: it shrinks as it writes, like the free space does. */
type SpacePromise = { remaining: () => number; kept: boolean }

/**
 * Promises disk space to jobs before their first byte, so that two jobs which fit alone but not
 * together do not both fail in the middle.
 */
export class DiskSpace {
  readonly #folder: string
  readonly #measure: MeasureFree
  readonly #promises = new Map<string, SpacePromise>()

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
    // Known before it is measured, so that of two jobs which ask at the same moment the first gets it.
    const promise: SpacePromise = { remaining, kept: false }
    this.#promises.set(jobId, promise)
    const free = await this.#measure(this.#folder)
    const others = this.#promisedBesides(jobId)
    promise.kept = remaining() <= Math.max(0, free - others - RESERVE_BYTES)
    if (promise.kept) return
    this.#promises.delete(jobId)
    throw diskTooSmall(remaining(), free, others)
  }

  /** The job writes no more. */
  release(jobId: string): void {
    this.#promises.delete(jobId)
  }

  /** What was promised to other jobs, and what jobs before this one are asking for. */
  #promisedBesides(jobId: string): number {
    let bytes = 0
    let before = true
    for (const [id, { remaining, kept }] of this.#promises) {
      if (id === jobId) before = false
      else if (kept || before) bytes += remaining()
    }
    return bytes
  }
}

async function measureFree(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

function diskTooSmall(needed: number, free: number, others: number): AppError {
  const kept = `${size(RESERVE_BYTES)} of them must stay free for the database`
  const promised = others > 0 ? ` and ${size(others)} are promised to other downloads` : ''
  return new AppError(
    `The disk has no room for this: ${size(needed)} are needed and ${size(free)} are free, but ${kept}${promised}.`,
    {
      code: 'disk_full',
      status: 507,
      hint: 'Delete models or partial downloads that are not needed, then retry.',
    },
  )
}

/** Three digits at least, so that little is not nothing. */
function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const value = bytes / 1000 ** power
  return `${power === 0 ? value : value.toFixed(value < 100 ? 1 : 0)} ${units[power]}`
}
