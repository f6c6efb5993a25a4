import type { ModelSettings } from './model-settings'

/** A file on disk that belongs to a model. */
export type ModelFile = {
  /** Relative to the data directory. */
  path: string
  /** Bytes. */
  size: number
  sha256: string | null
  role: 'weights' | 'projector'
  /** Whether a verification found that its content is not what it was. */
  damaged?: boolean | undefined
}

/** What a request can choose about the thinking of a model, because its chat template knows it. */
export type ThinkingSupport = {
  /** Whether it can be switched on and off. */
  switch: boolean
  /** Whether it knows how hard to think. */
  effort: boolean
}

/** What the header of a GGUF file says. Null where it does not. */
export type GgufSummary = {
  architecture: string | null
  name: string | null
  parameters: number | null
  quantization: string | null
  contextLength: number | null
  embeddingLength: number | null
  layers: number | null
  heads: number | null
  headsKv: number | null
  vocabularySize: number | null
  /** Bytes of key-value cache that one token of context takes, in 16-bit numbers. */
  kvBytesPerToken: number | null
  chatTemplate: string | null
  licence: string | null
  /** How its makers advise to choose its tokens (`general.sampling.*`); what they don't say is absent. */
  sampling: NonNullable<ModelSettings['sampling']>
  /** Parts of a split file; 1 when it is whole. */
  splitCount: number
}

/** What the catalog is told about files that have just been installed. */
export type NewModel = {
  id: string
  ref: string
  revision: string | null
  quantization: string | null
  licence: string | null
  files: readonly ModelFile[]
}

/** A model that is installed, as the server's parts see it. */
export type InstalledModel = {
  id: string
  ref: string
  revision: string | null
  /** The first file's absolute path, as the engine opens it. */
  file: string
  /** Absolute path of the vision projector, when there is one. */
  projector: string | null
  files: readonly ModelFile[]
  /** Bytes of all files. */
  size: number
  sha256: string | null
  quantization: string | null
  licence: string | null
  gguf: GgufSummary
  settings: ModelSettings
  notes: string
  tags: readonly string[]
  pinned: boolean
  builtin: boolean
  missing: boolean
  /** Whether the last verification found a file whose content is not what it was. */
  damaged: boolean
  addedAt: number
  lastUsedAt: number | null
  timesUsed: number
}
