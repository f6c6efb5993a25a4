import { resolve } from 'node:path'
import type { Insertable, Updateable } from 'kysely'
import { z } from 'zod'
import type { Db } from '@/lib/platform/db/open'
import type { Database, ModelRow } from '@/lib/platform/db/schema'
import { type ModelSettings, modelSettings } from './model-settings'
import { samplingDefaults } from './settings-schemas'
import type { GgufSummary, InstalledModel, ModelFile } from './types'

type StoredModel = ModelRow & { settings_json: string | null }

/** The table of installed models: what is asked of the database, and nothing about why. */
export class ModelTable {
  readonly #db: Db
  readonly #dataDir: string

  /** @param dataDir absolute; the paths in the rows are relative to it. */
  constructor(db: Db, dataDir: string) {
    this.#db = db
    this.#dataDir = dataDir
  }

  /** All models, the newest first. */
  async list(): Promise<readonly InstalledModel[]> {
    const rows = await this.#rows().orderBy('added_at', 'desc').orderBy('id').execute()
    return rows.map((row) => fromRow(row, this.#dataDir))
  }

  /** The model with exactly this id, or null. */
  async get(id: string): Promise<InstalledModel | null> {
    const row = await this.#row(id)
    return row ? fromRow(row, this.#dataDir) : null
  }

  /** Adds a model; of one that is there already `columns` change, and nothing else, if they differ at all. */
  async save({ id, added_at, ...columns }: Insertable<Database['models']>): Promise<void> {
    const row = await this.#row(id)
    const known = new Map<string, unknown>(row ? Object.entries(row) : [])
    if (row && Object.entries(columns).every(([name, value]) => known.get(name) === value)) return
    await this.#db
      .insertInto('models')
      .values({ id, added_at, ...columns })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
      .execute()
  }

  /** Changes columns of a model. */
  async set(id: string, columns: Updateable<Database['models']>): Promise<void> {
    await this.#db.updateTable('models').set(columns).where('id', '=', id).execute()
  }

  /** Adds to how often a model was used, the last time at `now`, ms since 1970. */
  async countUses(id: string, times: number, now: number): Promise<void> {
    await this.#db
      .updateTable('models')
      .set((row) => ({ last_used_at: now, times_used: row('times_used', '+', times) }))
      .where('id', '=', id)
      .execute()
  }

  async delete(id: string): Promise<void> {
    await this.#db.deleteFrom('models').where('id', '=', id).execute()
  }

  /** Keeps the settings of a model in the place of those before. */
  async saveSettings(id: string, settings: ModelSettings): Promise<void> {
    const settings_json = JSON.stringify(settings)
    await this.#db
      .insertInto('model_settings')
      .values({ model_id: id, settings_json })
      .onConflict((conflict) => conflict.column('model_id').doUpdateSet({ settings_json }))
      .execute()
  }

  #row(id: string): Promise<StoredModel | undefined> {
    return this.#rows().where('id', '=', id).executeTakeFirst()
  }

  #rows() {
    return this.#db
      .selectFrom('models')
      .leftJoin('model_settings', 'model_id', 'id')
      .selectAll('models')
      .select('settings_json')
  }
}

const filesSchema = z.array(
  z.object({
    path: z.string(),
    size: z.number(),
    sha256: z.string().nullable(),
    role: z.enum(['weights', 'projector']),
    damaged: z.boolean().optional(),
  }),
)

const number = z.number().nullable().catch(null)
const string = z.string().nullable().catch(null)

/** Rows written by an older version lack newer fields: those read as unknown. */
const metadataSchema = z.object({
  name: string,
  embeddingLength: number,
  layers: number,
  heads: number,
  headsKv: number,
  vocabularySize: number,
  kvBytesPerToken: number,
  chatTemplate: string,
  sampling: samplingDefaults.catch({}),
  splitCount: z.number().catch(1),
})

const tagsSchema = z.array(z.string())

/** The columns that describe a model's files and header. */
export function toColumns(files: readonly ModelFile[], gguf: GgufSummary) {
  const first = files.find((file) => file.role === 'weights')
  if (!first) throw new Error('A model needs at least one file with weights.')
  return {
    path: first.path,
    files_json: JSON.stringify(files),
    size: files.reduce((total, file) => total + file.size, 0),
    sha256: first.sha256,
    architecture: gguf.architecture,
    parameters: gguf.parameters,
    context_length: gguf.contextLength,
    metadata_json: JSON.stringify(metadataSchema.parse(gguf)),
  }
}

/** A row as the rest of the server sees it. Paths are made absolute under `dataDir`. */
export function fromRow(row: StoredModel, dataDir: string): InstalledModel {
  const files = filesSchema.parse(JSON.parse(row.files_json))
  const projector = files.find((file) => file.role === 'projector')
  return {
    id: row.id,
    ref: row.ref,
    revision: row.revision,
    file: resolve(dataDir, row.path),
    projector: projector ? resolve(dataDir, projector.path) : null,
    files,
    size: row.size,
    sha256: row.sha256,
    quantization: row.quantization,
    licence: row.licence,
    gguf: {
      ...metadataSchema.parse(JSON.parse(row.metadata_json)),
      architecture: row.architecture,
      parameters: row.parameters,
      quantization: row.quantization,
      contextLength: row.context_length,
      licence: row.licence,
    },
    settings: modelSettings.parse(JSON.parse(row.settings_json ?? '{}')),
    notes: row.notes,
    tags: tagsSchema.parse(JSON.parse(row.tags_json)),
    pinned: row.pinned === 1,
    builtin: row.ref.startsWith('builtin:'),
    missing: row.missing === 1,
    damaged: files.some((file) => file.damaged),
    addedAt: row.added_at,
    lastUsedAt: row.last_used_at,
    timesUsed: row.times_used,
  }
}
