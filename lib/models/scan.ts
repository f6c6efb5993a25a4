import { stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Logger } from 'pino'
import { fromUnknown } from '@/lib/platform/errors'
import type { Catalog } from './catalog'
import { chooseProjector, type FileSet, groupFiles } from './file-names'
import { readGgufFiles } from './gguf/reader'
import { type FoundFile, findFile, findGgufFiles, MODELS_FOLDER } from './model-files'
import { nameFoundFile } from './model-names'
import type { InstalledModel, ModelFile, NewModel } from './types'

const STORYTELLER = join('models', 'storyteller', 'storyteller.gguf')
const STORYTELLER_SHA256 = 'c9729d7547c3750196b259d5a0aeb4c1c3e96634cc77099ced71cbdc814f0b26'

/** The model that ships with Runnel. @param rootDir where Runnel's own files are. */
async function storyteller(rootDir: string): Promise<NewModel> {
  const path = join(rootDir, STORYTELLER)
  const { size } = await stat(path)
  return {
    id: 'storyteller',
    ref: 'builtin:storyteller',
    revision: null,
    quantization: null,
    licence: 'mit',
    files: [{ path, size, sha256: STORYTELLER_SHA256, role: 'weights' }],
  }
}

type ScanOptions = { catalog: Catalog; rootDir: string; logger: Logger }

/**
 * Brings the catalog in line with the disk, as it is when the server starts: the built-in model, files that were added
 * by hand, files that went away or came back. What can't be read, or noted on a full disk, is logged and left alone.
 */
export class ModelScan {
  readonly #catalog: Catalog
  readonly #rootDir: string
  readonly #logger: Logger

  constructor({ catalog, rootDir, logger }: ScanOptions) {
    this.#catalog = catalog
    this.#rootDir = rootDir
    this.#logger = logger
  }

  async run(): Promise<void> {
    const { dataDir } = this.#catalog
    const builtin = await storyteller(this.#rootDir)
    await this.#install(builtin)
    const found = await findGgufFiles(resolve(dataDir, MODELS_FOLDER), dataDir, this.#unreadable)
    const known = (await this.#catalog.list()).filter((model) => !model.builtin)
    for (const model of known) await this.#refresh(model)
    const listed = new Set(known.flatMap((model) => model.files.map((file) => file.path)))
    const { sets, drafters, projectors } = groupFiles(found)
    for (const set of [...sets, ...drafters])
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
    if (missing !== model.missing) await this.#noteMissing(model.id, missing)
    if (missing || model.files.every((file) => sizes.get(file.path) === file.size)) return
    // Somebody put another file in its place: what was known of its content no longer holds.
    const files = model.files.map((file) => ({
      ...file,
      size: sizes.get(file.path) ?? file.size,
      sha256: null,
    }))
    await this.#install({ ...model, quantization: null, licence: null, files })
  }

  async #noteMissing(id: string, missing: boolean): Promise<void> {
    this.#logger.warn({ model: id }, missing ? 'model file missing' : 'model file back')
    try {
      await this.#catalog.setMissing(id, missing)
    } catch (err) {
      this.#logger.error({ model: id, err }, 'whether a model file is there was not noted')
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
    const error = await this.#install({
      ...name,
      revision: null,
      licence: null,
      quantization,
      files,
    })
    if (error === null) this.#logger.info({ model: name.id, path: first.path }, 'model found')
    else this.#catalog.noteUnreadable({ id: name.id, path: first.path, reason: error.message })
  }

  /** Reads the headers of a model and notes it; gives what hindered it. */
  async #install(model: NewModel): Promise<Error | null> {
    const weights = model.files.filter(({ role }) => role === 'weights').map(({ path }) => path)
    try {
      const { dataDir } = this.#catalog
      const gguf = await readGgufFiles(weights.map((path) => resolve(dataDir, path)))
      await this.#catalog.install(model, gguf)
      return null
    } catch (error) {
      this.#unreadable(weights[0] ?? model.id, error)
      return fromUnknown(error)
    }
  }

  readonly #unreadable = (path: string, error: unknown): void => {
    this.#logger.warn({ path, err: error }, 'model file unreadable')
  }
}
