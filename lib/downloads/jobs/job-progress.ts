import type { ResolvedFile } from '@/lib/hub/reference'
import type { Job } from './job'

/** Bytes of all files; null while the size of any of them is unknown. */
export function totalOf(files: readonly { size: number | null }[]): number | null {
  let total = 0
  for (const { size } of files) {
    if (size === null) return null
    total += size
  }
  return total
}

/** Adds up the files of a job. What people see never goes down, even when a file has to start again. */
export class JobProgress {
  readonly #job: Job
  readonly #bytes: number[]
  /** What takes room already of files whose turn has not come: it is gone on with, or gives its room back. */
  readonly #onDisk: number[]
  readonly #sizes: (number | null)[]
  readonly #onChange: () => void

  /**
   * @param before bytes of each file that need not be fetched.
   * @param onDisk bytes that each one's partial file takes.
   */
  constructor(
    job: Job,
    files: readonly ResolvedFile[],
    { before, onDisk }: { before: readonly number[]; onDisk: readonly number[] },
    onChange: () => void,
  ) {
    this.#job = job
    this.#bytes = [...before]
    this.#onDisk = [...onDisk]
    this.#sizes = files.map((file) => file.size)
    this.#onChange = onChange
  }

  /** Bytes that are still to be written, as far as sizes are known. */
  get remaining(): number {
    const there = (index: number) => Math.max(this.#bytes[index] ?? 0, this.#onDisk[index] ?? 0)
    return this.#sizes.reduce<number>(
      (sum, size, index) => sum + Math.max(0, (size ?? 0) - there(index)),
      0,
    )
  }

  /** Whether every byte of every file is there. */
  get complete(): boolean {
    return this.#sizes.every((size, index) => size === this.#bytes[index])
  }

  set(index: number, bytes: number): void {
    this.#bytes[index] = bytes
    this.#onDisk[index] = 0
    const sum = this.#bytes.reduce((total, part) => total + part, 0)
    this.#job.onRecord = sum
    this.#job.bytes = Math.max(this.#job.bytes, sum)
    this.#onChange()
  }

  setSize(index: number, size: number): void {
    this.#sizes[index] = size
    this.#job.total = totalOf(this.#sizes.map((each) => ({ size: each })))
  }
}
