import type { DownloadStatus } from './schemas'

/** One file of a job, as the hub described it. */
export type ResolvedFile = {
  /** Where to ask for it; a hub may redirect to a signed address that expires. */
  url: string
  /** Relative to the data directory: where it is installed. */
  path: string
  /** Bytes; null when the server does not say. */
  size: number | null
  /** Lower-case hex; null when nobody published one. */
  sha256: string | null
  etag: string | null
  role: 'weights' | 'projector'
}

/** What a reference stands for at the moment of asking. */
export type ResolvedDownload = {
  /** The same for every way of writing the same thing: one job for one target. */
  target: string
  /** The id in the catalog once it is installed. */
  modelId: string
  revision: string | null
  quantization: string | null
  licence: string | null
  files: readonly ResolvedFile[]
  /** Whether the token for the hub may be sent to `url`'s origin. */
  hub: boolean
}

/** Why a job failed. */
export type DownloadProblem = { code: string; message: string; hint: string | null }

/** A job: what the database keeps of it, and what only this process knows. */
export type Job = {
  readonly id: string
  /** What was asked for, as it was written. */
  readonly modelRef: string
  /** What is being fetched; until that is known, the reference in its canonical form. */
  target: string
  status: DownloadStatus
  resolved: ResolvedDownload | null
  /** What was resolved may be wrong by now: the hub is asked again. Until it answers, the partial files are still the job's. */
  outdated: boolean
  /** The most bytes that anybody was ever shown; never fewer than before. */
  bytes: number
  /** Bytes on record now: fewer than `bytes` while something is fetched again. */
  onRecord: number
  /** Bytes of all files; null while any of them is unknown. */
  total: number | null
  /** The order in the queue; smaller goes first. */
  position: number
  problem: DownloadProblem | null
  /** What it waits for, in a sentence. */
  note: string | null
  readonly createdBy: string | null
  /** Milliseconds since 1970, as the other times. */
  readonly createdAt: number
  updatedAt: number
  finishedAt: number | null
}

/** Whether nothing more happens to a job unless somebody retries it. */
export function isFinal(status: DownloadStatus): boolean {
  return status === 'complete' || status === 'failed' || status === 'cancelled'
}
