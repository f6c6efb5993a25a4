import { readdir, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { notFound } from '@/lib/errors'
import { isMissing, removePartial } from './transfer/files'

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
  readonly #isClaimed: (path: string) => boolean

  /** @param isClaimed whether a job may still go on with the partial file of `path`. */
  constructor(dataDir: string, isClaimed: (path: string) => boolean) {
    this.#dataDir = dataDir
    this.#isClaimed = isClaimed
  }

  /** All of them, the largest first. */
  async list(): Promise<Orphan[]> {
    const found = new Map<string, Orphan>()
    for await (const file of walk(join(this.#dataDir, 'models'))) {
      if (!PARTIAL.test(file)) continue
      const { blocks, size, mtimeMs } = await stat(file)
      const path = relative(this.#dataDir, file.replace(PARTIAL, '')).split(sep).join('/')
      if (this.#isClaimed(path)) continue
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
    for (const orphan of chosen) await removePartial(resolve(this.#dataDir, orphan.path))
    return chosen.reduce((sum, orphan) => sum + orphan.bytes, 0)
  }
}

async function* walk(folder: string): AsyncGenerator<string> {
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* walk(path)
    else if (entry.isFile()) yield path
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}
