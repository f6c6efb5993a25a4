import { resolve } from 'node:path'
import type { Db } from '@/lib/platform/db/open'
import { AppError } from '@/lib/platform/errors'
import {
  byName,
  lastUsed,
  modelMissing,
  modelNotFound,
  modelUnreadable,
  named,
  type UnreadableFile,
} from './catalog-lookup'
import { ModelTable, toColumns } from './catalog-table'
import { firstMissing, removeFiles } from './model-files'
import type { ModelSettings } from './model-settings'
import type { GgufSummary, InstalledModel, ModelFile, NewModel } from './types'

export type CatalogOptions = {
  db: Db
  /** Absolute; the paths of installed files are relative to it. */
  dataDir: string
  /** Milliseconds since 1970. */
  now?: () => number
}

/** What a person may write on a model. */
export type ModelNotes = { notes?: string; tags?: readonly string[]; pinned?: boolean }

/** The models that are installed. Rows are the truth, so that several servers on one database agree. */
export class Catalog {
  readonly #listeners = new Set<() => void>()
  readonly #unreadable = new Map<string, UnreadableFile>()
  readonly #table: ModelTable
  readonly #now: () => number
  readonly dataDir: string

  constructor(options: CatalogOptions) {
    this.#table = new ModelTable(options.db, options.dataDir)
    this.#now = options.now ?? Date.now
    this.dataDir = options.dataDir
  }

  /** All models, the newest first. */
  list(): Promise<readonly InstalledModel[]> {
    return this.#table.list()
  }

  /** The model with exactly this id, or null. */
  get(id: string): Promise<InstalledModel | null> {
    return this.#table.get(id)
  }

  /**
   * The id that a client means: an id or a reference in any case, or a repository without its quantization. Without a
   * name, the model that was used last, or the newest.
   * @throws AppError 404 `model_not_found`, with what is there in the hint; `model_file_missing`, `model_file_unreadable`.
   */
  async resolveId(name?: string): Promise<string> {
    // Nearly every request names an id, and then nobody has to look through all of them.
    const found = (name === undefined ? null : await this.get(name)) ?? (await this.#meant(name))
    if (found.missing) throw modelMissing(found.id, found.file)
    return found.id
  }

  /**
   * The model that a client means, as `resolveId` finds it.
   * @throws AppError 404 `model_not_found`.
   */
  async find(name: string): Promise<InstalledModel> {
    return (await this.get(name)) ?? this.#meant(name)
  }

  /**
   * Adds a model whose files are in place, or replaces what was known of it. Notes and tags stay. What is known already
   * is not written again, so that a start needs no room on the disk.
   * @param gguf what the headers of its weights say.
   */
  async install(model: NewModel, gguf: GgufSummary): Promise<InstalledModel> {
    await this.#table.save({
      id: model.id,
      added_at: this.#now(),
      ref: model.ref,
      revision: model.revision,
      quantization: model.quantization ?? gguf.quantization,
      licence: model.licence ?? gguf.licence,
      missing: 0,
      ...toColumns(model.files, gguf),
    })
    this.#changed()
    const installed = await this.get(model.id)
    if (installed) return installed
    throw new Error(`The row of ${model.id} was gone right after it was written.`)
  }

  /** What each model that has the file at `path`, relative to the data directory, knows of it. */
  async filesAt(path: string): Promise<readonly ModelFile[]> {
    const models = await this.list()
    return models.flatMap((model) => model.files).filter((file) => file.path === path)
  }

  /** Notes that the model was used so many times, the last time now. */
  touch(id: string, times = 1): Promise<void> {
    return this.#table.countUses(id, times, this.#now())
  }

  /** Changes what people write on a model. @throws AppError 404 `model_not_found`. */
  async update(id: string, notes: ModelNotes): Promise<InstalledModel> {
    const set = {
      ...(notes.notes === undefined ? {} : { notes: notes.notes }),
      ...(notes.tags === undefined ? {} : { tags_json: JSON.stringify(notes.tags) }),
      ...(notes.pinned === undefined ? {} : { pinned: notes.pinned ? 1 : 0 }),
    }
    if (Object.keys(set).length > 0) await this.#table.set(id, set)
    this.#changed()
    return this.find(id)
  }

  /** Sets how a model is loaded, in the place of what was set before. @throws AppError 404 `model_not_found`. */
  async setSettings(id: string, settings: ModelSettings): Promise<InstalledModel> {
    await this.#table.saveSettings(id, settings)
    this.#changed()
    return this.find(id)
  }

  /** Notes a file that is there and is no model, so that whoever asks for it is told so. */
  noteUnreadable(file: UnreadableFile): void {
    this.#unreadable.set(file.id, file)
  }

  /** Notes whether the files of a model are there. */
  async setMissing(id: string, missing: boolean): Promise<void> {
    await this.#table.set(id, { missing: missing ? 1 : 0 })
    this.#changed()
  }

  /**
   * Looks whether the files of a model are there now, and notes it.
   * @throws AppError 404 `model_file_missing`.
   */
  async checkPresent(model: InstalledModel): Promise<void> {
    const gone = await firstMissing(model.files, this.dataDir)
    const missing = gone !== null
    const known = (await this.get(model.id))?.missing
    if (known !== undefined && known !== missing) await this.setMissing(model.id, missing)
    if (gone) throw modelMissing(model.id, resolve(this.dataDir, gone.path))
  }

  /** Notes which files of a model, by their path, have another content than they had; the others are whole. */
  async setDamaged(id: string, damaged: readonly string[]): Promise<void> {
    const model = await this.get(id)
    if (!model) return
    const files = model.files.map((file) => ({ ...file, damaged: damaged.includes(file.path) }))
    await this.#table.set(id, { files_json: JSON.stringify(files) })
    this.#changed()
  }

  /**
   * Deletes a model with its files, except those that another model shares. Whoever calls has seen to it that it is not in use.
   * @returns the bytes that were freed.
   * @throws AppError 404 `model_not_found`, 409 `builtin_model`.
   */
  async remove(id: string): Promise<{ freedBytes: number }> {
    const model = await this.find(id)
    if (model.builtin)
      throw new AppError(`${model.id} comes with Runnel and can not be deleted.`, {
        code: 'builtin_model',
        status: 409,
      })
    const others = (await this.list()).filter((other) => other.id !== model.id)
    const shared = new Set(others.flatMap((other) => other.files.map((file) => file.path)))
    // Files first: after a crash in between the row says `missing`, while a row gone first would come back by the scan.
    const freedBytes = await removeFiles(
      this.dataDir,
      model.files.map((file) => file.path).filter((path) => !shared.has(path)),
    )
    await this.#table.delete(model.id)
    this.#changed()
    return { freedBytes }
  }

  /** Calls `listener` when a model was added, changed or removed; returns `unsubscribe`. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async #meant(name: string | undefined): Promise<InstalledModel> {
    const models = await this.list()
    const found = name === undefined ? lastUsed(models) : byName(models, name)
    if (found) return found
    const unreadable = byName([...this.#unreadable.values()].map(named), name ?? '')
    if (unreadable) throw modelUnreadable(unreadable)
    throw modelNotFound(
      name ?? '',
      models.map(({ id }) => id),
    )
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}
