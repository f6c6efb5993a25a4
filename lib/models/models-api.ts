import type { z } from 'zod'
import type { Catalog, ModelNotes } from './catalog'
import { measureMachine, measureMemory } from './machine'
import { loadsAlike, type ModelSettings, type modelSettingsReport } from './model-settings'
import {
  type LoadedModel,
  type ModelLimits,
  type ModelSurroundings,
  reportCard,
  reportDetails,
  reportModel,
} from './reports'
import type { modelCard, modelDetails, modelReport, systemReport, verification } from './schemas'
import { checkSettings } from './settings-check'
import type { InstalledModel } from './types'
import { damagedFiles, verifyModel } from './verify'

/** What has models in memory, as far as managing them needs it. */
export type Runtime = {
  status(): readonly LoadedModel[]
  load(model: string, options?: { pinned?: boolean }): Promise<void>
  /** @throws AppError 409 when the model is in use and `force` is false. */
  unload(model: string, options: { force: boolean }): Promise<void>
}

/** What people do with installed models: look, load, write notes, verify, delete. */
export class ModelsApi {
  readonly #catalog: Catalog
  readonly #runtime: Runtime
  readonly #limits: ModelLimits
  readonly #thinkingOf: ModelSurroundings['thinkingOf']

  constructor(
    catalog: Catalog,
    runtime: Runtime,
    limits: ModelLimits,
    thinkingOf: ModelSurroundings['thinkingOf'],
  ) {
    this.#catalog = catalog
    this.#runtime = runtime
    this.#limits = limits
    this.#thinkingOf = thinkingOf
  }

  /** All models, in the shape of OpenAI's list. */
  async list(): Promise<{ object: 'list'; data: z.infer<typeof modelReport>[] }> {
    const [models, around] = await Promise.all([this.#catalog.list(), this.#around()])
    return { object: 'list', data: models.map((model) => reportModel(model, around)) }
  }

  /** One model. @throws AppError 404 `model_not_found`. */
  async get(name: string): Promise<z.infer<typeof modelDetails>> {
    return this.#describe(await this.#catalog.find(name))
  }

  /** What a model is, as a card. @throws AppError 404 `model_not_found`. */
  async card(name: string): Promise<z.infer<typeof modelCard>> {
    return reportCard(await this.#catalog.find(name))
  }

  /** Changes notes, tags or whether it stays loaded. @throws AppError 404 `model_not_found`. */
  async update(name: string, notes: ModelNotes): Promise<z.infer<typeof modelDetails>> {
    const { id } = await this.#catalog.find(name)
    const model = await this.#catalog.update(id, notes)
    if (notes.pinned !== undefined && this.#isLoaded(id))
      await this.#runtime.load(id, { pinned: notes.pinned })
    return this.#describe(model)
  }

  /** How a model is loaded. @throws AppError 404 `model_not_found`. */
  async settings(name: string): Promise<z.infer<typeof modelSettingsReport>> {
    return this.#reportSettings(await this.#catalog.find(name))
  }

  /**
   * Sets how a model is loaded, from its next load on, in the place of what was set before.
   * @throws AppError 404 `model_not_found`, 400 with the numbers for what can not work here.
   */
  async setSettings(
    name: string,
    settings: ModelSettings,
  ): Promise<z.infer<typeof modelSettingsReport>> {
    const model = await this.#catalog.find(name)
    const { memory, cpus } = await measureMachine(this.#catalog.dataDir)
    checkSettings(settings, model, { memory, cpus, limits: this.#limits })
    return this.#reportSettings(await this.#catalog.setSettings(model.id, settings))
  }

  /** Loads a model; resolves when it is ready. @throws AppError what hinders it. */
  async load(name: string): Promise<z.infer<typeof modelDetails>> {
    const model = await this.#catalog.find(name)
    // Somebody may have put the file back.
    if (model.missing) await this.#catalog.checkPresent(model)
    await this.#runtime.load(model.id, { pinned: model.pinned })
    return this.#describe(model)
  }

  /** Frees its memory. @throws AppError 404 `model_not_found`, 409 when it is in use and `force` is false. */
  async unload(name: string, force: boolean): Promise<z.infer<typeof modelDetails>> {
    const model = await this.#catalog.find(name)
    await this.#runtime.unload(model.id, { force })
    return this.#describe(model)
  }

  /** Reads its files again. The catalog notes which are gone or damaged, and a download of it replaces those. */
  async verify(name: string, signal: AbortSignal): Promise<z.infer<typeof verification>> {
    const model = await this.#catalog.find(name)
    const found = await verifyModel(model, this.#catalog.dataDir, signal)
    const missing = found.files.some(({ result }) => result === 'missing')
    if (missing !== model.missing) await this.#catalog.setMissing(model.id, missing)
    const damaged = damagedFiles(model, found)
    if (model.damaged || damaged.length > 0) await this.#catalog.setDamaged(model.id, damaged)
    return found
  }

  /** Deletes a model. @throws AppError 404 `model_not_found`, 409 `builtin_model`, or in use and not `force`. */
  async remove(name: string, force: boolean) {
    const model = await this.#catalog.find(name)
    if (!model.builtin) await this.#runtime.unload(model.id, { force })
    const { freedBytes } = await this.#catalog.remove(model.id)
    return { id: model.id, object: 'model', deleted: true, freed_bytes: freedBytes } as const
  }

  /** Memory and disk, for the bars. */
  async system(): Promise<z.infer<typeof systemReport>> {
    const [{ memory, disk, cpus }, models] = await Promise.all([
      measureMachine(this.#catalog.dataDir),
      this.#catalog.list(),
    ])
    const held = this.#runtime.status().reduce((total, each) => total + each.memoryBytes, 0)
    const installed = models
      .filter((model) => !model.builtin && !model.missing)
      .reduce((total, model) => total + model.size, 0)
    const { total, available, limitedBy } = memory
    return {
      memory: { total, available, models: held, limited_by: limitedBy },
      disk: { ...disk, models: installed },
      cpus,
    }
  }

  #reportSettings({ id, settings }: InstalledModel): z.infer<typeof modelSettingsReport> {
    const loaded = this.#runtime.status().find(({ model }) => model === id)
    return { id, settings, needs_reload: !!loaded && !loadsAlike(loaded.settings, settings) }
  }

  async #describe(model: InstalledModel): Promise<z.infer<typeof modelDetails>> {
    return reportDetails(model, await this.#around())
  }

  async #around(): Promise<ModelSurroundings> {
    const memory = await measureMemory()
    const thinkingOf = this.#thinkingOf
    return { memory, loaded: this.#runtime.status(), limits: this.#limits, thinkingOf }
  }

  #isLoaded(id: string): boolean {
    return this.#runtime.status().some((each) => each.model === id)
  }
}
