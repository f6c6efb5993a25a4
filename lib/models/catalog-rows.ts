import { resolve } from 'node:path'
import { z } from 'zod'
import type { ModelRow } from '@/lib/platform/db/schema'
import type { GgufSummary, InstalledModel, ModelFile } from './types'

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
export function fromRow(row: ModelRow, dataDir: string): InstalledModel {
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
