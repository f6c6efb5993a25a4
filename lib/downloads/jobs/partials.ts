import { readdir, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { ResolvedDownload, ResolvedFile } from '@/lib/hub/reference'
import { MODELS_FOLDER, removeEmptyFolders } from '@/lib/models/model-files'
import { errorCode, isMissing, notFound } from '@/lib/platform/errors'
import { removePartial } from '../transfer/files'
import { readPartial } from '../transfer/partial'
import type { FileLocks } from './file-locks'

/** What is left of a download that no job goes on with. */
export type Orphan = {
  /** The file that it would have become, relative to the data directory, with `/`. */
  path: string
  /** Bytes on disk. */
  bytes: number
  /** Milliseconds since 1970. */
  modifiedAt: number
}

const PARTIAL = /\.part(?:\.journal(?:\.new)?)?$/

/** Finds partial files that belong to no job, and deletes them when somebody asks for it; never by itself. */
export class Orphans {
  readonly #dataDir: string
  readonly #locks: FileLocks
  readonly #isClaimed: (path: string) => boolean

  /** @param isClaimed whether a job may still go on with the partial file of `path`. */
  constructor(dataDir: string, locks: FileLocks, isClaimed: (path: string) => boolean) {
    this.#dataDir = dataDir
    this.#locks = locks
    this.#isClaimed = isClaimed
  }

  /** All of them, the largest first. */
  async list(): Promise<Orphan[]> {
    const found = new Map<string, Orphan>()
    for await (const file of walk(join(this.#dataDir, 'models'))) {
      if (!PARTIAL.test(file)) continue
      const path = relative(this.#dataDir, file.replace(PARTIAL, '')).split(sep).join('/')
      if (this.#isClaimed(path)) continue
      const facts = await factsOf(file)
      if (!facts) continue
      const { blocks, size, mtimeMs } = facts
      const orphan = found.get(path) ?? { path, bytes: 0, modifiedAt: 0 }
      // A partial file has holes: what it takes on disk can be less than its length.
      orphan.bytes += Math.min(size, blocks * 512)
      orphan.modifiedAt = Math.max(orphan.modifiedAt, Math.round(mtimeMs))
      found.set(path, orphan)
    }
    return [...found.values()].sort((a, b) => b.bytes - a.bytes)
  }

  /** Deletes one, or all. Returns the bytes that are free now. @throws AppError 404 `orphan_not_found`. */
  async clear(path?: string): Promise<number> {
    const all = await this.list()
    const chosen = path === undefined ? all : all.filter((orphan) => orphan.path === path)
    if (path !== undefined && chosen.length === 0)
      throw notFound(
        `There is no orphaned partial download of ${path}.`,
        'orphan_not_found',
        'GET /v1/models/download/orphans lists them; one that belongs to a job is deleted with the job.',
      )
    let freed = 0
    for (const orphan of chosen) if (await this.#delete(orphan.path)) freed += orphan.bytes
    return freed
  }

  /** Deletes what was downloaded of files, except what another job goes on with. @throws the file system's error. */
  async discard(files: readonly { path: string }[]): Promise<void> {
    for (const { path } of files) await this.#delete(path)
  }

  /** Waits for whoever works on the file; a job may have begun to go on with it then. */
  async #delete(path: string): Promise<boolean> {
    const release = await this.#locks.acquire(path, new AbortController().signal)
    try {
      if (this.#isClaimed(path)) return false
      const file = resolve(this.#dataDir, path)
      await removePartial(file)
      await removeEmptyFolders(dirname(file), resolve(this.#dataDir, MODELS_FOLDER))
      return true
    } finally {
      release()
    }
  }
}

/**
 * How many bytes of a job the journals know. A job that a crash cut off begins with these, so that nobody who comes back
 * sees fewer than before.
 * @param pathOf where a file is installed, absolute.
 * @throws the file system's error when a journal can't be read.
 */
export async function recordedBytes(
  resolved: ResolvedDownload,
  pathOf: (file: ResolvedFile) => string,
  bootId: string | null,
): Promise<number> {
  let bytes = 0
  for (const file of resolved.files) {
    const state = await readPartial(file, pathOf(file), bootId)
    for (const { start, end } of state?.written ?? []) bytes += end - start
  }
  return bytes
}

async function* walk(folder: string): AsyncGenerator<string> {
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* walk(path)
    else if (entry.isFile()) yield path
  }
}

/** Null for a file that has gone since it was listed, as the journal of a download that has just ended. */
async function factsOf(file: string) {
  try {
    return await stat(file)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    // The root of a disk has a `lost+found` that only root may open.
    if (isMissing(error) || isForbidden(error)) return []
    throw error
  }
}

function isForbidden(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'EACCES' || code === 'EPERM'
}
