import { mkdir, rename } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { ResolvedDownload, ResolvedFile } from '@/lib/hub/reference'
import { MODELS_FOLDER, removeEmptyFolders } from '@/lib/models/model-files'
import type { GgufSummary, ModelFile, NewModel } from '@/lib/models/types'
import { AppError, isAppError } from '@/lib/platform/errors'
import { diskError, fileSize, partPath, removePartial, syncFolder } from '../transfer/files'
import type { FetchedFile } from '../transfer/settings'
import type { Job } from './job'

/** Reads the headers of one model's files. @throws AppError when they are no whole GGUF files. */
export type ReadGguf = (paths: readonly string[]) => Promise<GgufSummary>

/** The catalog, as far as downloads need it. */
export type InstallTarget = {
  get(id: string): Promise<{ missing: boolean; files: readonly ModelFile[] } | null>
  /** What each model that has the file at `path`, relative to the data directory, knows of it. */
  filesAt(path: string): Promise<readonly ModelFile[]>
  install(model: NewModel, gguf: GgufSummary): Promise<unknown>
}

/** A file that has the right hash: it was fetched, or was in its place before. */
export type Fetched = { file: ResolvedFile; result: FetchedFile; inPlace: boolean }

/** Turns verified partial files into an installed model: all of them, or none. */
export class Installer {
  readonly #dataDir: string
  readonly #readGguf: ReadGguf
  readonly #catalog: InstallTarget

  constructor(options: { dataDir: string; readGguf: ReadGguf; catalog: InstallTarget }) {
    this.#dataDir = options.dataDir
    this.#readGguf = options.readGguf
    this.#catalog = options.catalog
  }

  /** Where a file is installed, as an absolute path. */
  pathOf(file: ResolvedFile): string {
    return resolve(this.#dataDir, file.path)
  }

  /** Bytes of the model when the catalog and the disk have exactly these files; otherwise null. */
  async installedBytes(resolved: ResolvedDownload): Promise<number | null> {
    const model = await this.#catalog.get(resolved.modelId)
    const there = model !== null && !model.missing
    if (resolved.files.length === 0 && !there) throw builtinMissing(resolved.modelId)
    if (!there) return null
    const paths = new Set(model.files.map(({ path }) => path))
    for (const file of resolved.files)
      if (!paths.has(file.path) || !(await this.inPlace(file))) return null
    return model.files.reduce((sum, file) => sum + file.size, 0)
  }

  /**
   * What is known of a file that need not be fetched: it has its name, whichever model brought it, and is the one that
   * was published. Null for one that is missing, damaged, or whose hash nobody published.
   */
  async inPlace(file: ResolvedFile): Promise<FetchedFile | null> {
    const known = await this.#catalog.filesAt(file.path)
    const [first] = known
    if (!first?.sha256 || known.some((each) => each.damaged || each.sha256 !== file.sha256))
      return null
    const { size, sha256 } = first
    return (await fileSize(this.pathOf(file))) === size ? { size, sha256 } : null
  }

  /**
   * Moves files whose headers were checked to their names, then tells the catalog. Each step can be
   * repeated after a crash: what has its name already is left there.
   */
  async install(
    job: Job,
    resolved: ResolvedDownload,
    fetched: readonly Fetched[],
    gguf: GgufSummary,
  ): Promise<void> {
    try {
      for (const { file, inPlace } of fetched) if (!inPlace) await this.#moveIntoPlace(file)
    } catch (error) {
      throw diskError(error)
    }
    const { modelId: id, revision, quantization, licence } = resolved
    const files = fetched.map(({ file: { path, role }, result }) => ({ path, role, ...result }))
    const ref = job.modelRef
    await this.#catalog.install({ id, ref, revision, quantization, licence, files }, gguf)
    for (const { file } of fetched) await removePartial(this.pathOf(file))
  }

  /** Removes the folders that were made for files of which nothing is there. */
  async tidy(files: readonly ResolvedFile[]): Promise<void> {
    const root = resolve(this.#dataDir, MODELS_FOLDER)
    for (const file of files) await removeEmptyFolders(dirname(this.pathOf(file)), root)
  }

  /**
   * Reads the headers, each once for this installation; gives what those of the weights say.
   * @throws AppError when one is no good; the partial files are deleted then, and kept when they could not be read.
   */
  async checkHeaders(fetched: readonly Fetched[]): Promise<GgufSummary> {
    const paths = async (role: ResolvedFile['role']) =>
      Promise.all(
        fetched.filter(({ file }) => file.role === role).map((each) => this.#present(each)),
      )
    try {
      const gguf = await this.#readGguf(await paths('weights'))
      for (const path of await paths('projector')) await this.#readGguf([path])
      return gguf
    } catch (error) {
      // What the disk did not give back just now may be whole.
      if (!isAppError(error)) throw cannotRead(error)
      for (const { file } of fetched) await removePartial(this.pathOf(file))
      throw error
    }
  }

  /** The partial file, or the file itself when a crash came between its renaming and the catalog. */
  async #present({ file, inPlace }: Fetched): Promise<string> {
    const path = this.pathOf(file)
    return inPlace || (await fileSize(partPath(path))) === null ? path : partPath(path)
  }

  async #moveIntoPlace(file: ResolvedFile): Promise<void> {
    const path = this.pathOf(file)
    await mkdir(dirname(path), { recursive: true })
    if ((await fileSize(partPath(path))) !== null) await rename(partPath(path), path)
    await syncFolder(dirname(path))
  }
}

function builtinMissing(id: string): AppError {
  return new AppError(`${id} comes with Runnel, but its file is not there.`, {
    code: 'builtin_missing',
    status: 404,
    hint: 'Install Runnel again.',
  })
}

/** What is on the disk of a download can't be read now; it may be whole. */
function cannotRead(cause: unknown): AppError {
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new AppError(`What is there of the download can not be read: ${detail}.`, {
    code: 'cannot_read',
    status: 500,
    hint: 'It is kept. See that the server may read the data directory, then retry; or cancel the download, which deletes it.',
    cause,
  })
}
