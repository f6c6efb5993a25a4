import { dirname, resolve } from 'node:path'
import type { Logger } from 'pino'
import { fromUnknown } from '@/lib/platform/errors'
import { storyteller } from './builtin'
import type { Catalog } from './catalog'
import { chooseProjector, type FileSet, groupFiles } from './file-names'
import { type FoundFile, findFile, findGgufFiles } from './find-files'
import { MODELS_FOLDER } from './model-files'
import { nameFoundFile } from './model-names'
import type { InstalledModel, ModelFile } from './types'

type Options = { catalog: Catalog; rootDir: string; logger: Logger }

/**
 * Brings the catalog in line with the disk, as it is when the server starts: the built-in model, files that were added
 * by hand, files that went away or came back. What can't be read is logged and left alone.
 */
export class ModelScan {
  readonly #catalog: Catalog
  readonly #rootDir: string
  readonly #logger: Logger

  constructor({ catalog, rootDir, logger }: Options) {
    this.#catalog = catalog
    this.#rootDir = rootDir
    this.#logger = logger
  }

  async run(): Promise<void> {
    await this.#catalog.install(await storyteller(this.#rootDir))
    const { dataDir } = this.#catalog
    const found = await findGgufFiles(resolve(dataDir, MODELS_FOLDER), dataDir, this.#unreadable)
    const known = (await this.#catalog.list()).filter((model) => !model.builtin)
    for (const model of known) await this.#refresh(model)
    const listed = new Set(known.flatMap((model) => model.files.map((file) => file.path)))
    const { sets, projectors } = groupFiles(found)
    for (const set of sets)
      if (set.complete && !set.files.some((file) => listed.has(file.path)))
        await this.#add(set, projectors)
  }

  /** Looks at the files themselves: one behind a link to a folder is there, though a search does not go through it. */
  async #refresh(model: InstalledModel): Promise<void> {
    const { dataDir } = this.#catalog
    const paths = model.files.map((file) => resolve(dataDir, file.path))
    const found = (
      await Promise.all(paths.map((path) => findFile(path, dataDir, () => undefined)))
    ).flat()
    const sizes = new Map(found.map((file) => [file.path, file.size]))
    const missing = model.files.some((file) => !sizes.has(file.path))
    if (missing !== model.missing) {
      this.#logger.warn({ model: model.id }, missing ? 'model file missing' : 'model file back')
      await this.#catalog.setMissing(model.id, missing)
    }
    if (missing || model.files.every((file) => sizes.get(file.path) === file.size)) return
    // Somebody put another file in its place: what was known of its content no longer holds.
    const files = model.files.map((file) => ({
      ...file,
      size: sizes.get(file.path) ?? file.size,
      sha256: null,
    }))
    try {
      await this.#catalog.install({ ...model, quantization: null, licence: null, files })
    } catch (error) {
      this.#unreadable(model.file, error)
    }
  }

  async #add(set: FileSet<FoundFile>, projectors: readonly FoundFile[]): Promise<void> {
    const first = set.files[0]
    if (!first) return
    const projector = chooseProjector(
      projectors.filter((file) => dirname(file.path) === dirname(first.path)),
    )
    const files: ModelFile[] = set.files.map((file) => ({ ...file, sha256: null, role: 'weights' }))
    if (projector) files.push({ ...projector, sha256: null, role: 'projector' })
    const taken = new Set((await this.#catalog.list()).map((model) => model.id))
    const name = nameFoundFile(first.path, set, taken)
    const { quantization } = set
    const unknown = { revision: null, licence: null }
    try {
      await this.#catalog.install({ ...name, ...unknown, quantization, files })
      this.#logger.info({ model: name.id, path: first.path }, 'model found')
    } catch (error) {
      this.#unreadable(first.path, error)
      const reason = fromUnknown(error).message
      this.#catalog.noteUnreadable({ id: name.id, path: first.path, reason })
    }
  }

  readonly #unreadable = (path: string, error: unknown): void => {
    this.#logger.warn({ path, err: error }, 'model file unreadable')
  }
}
