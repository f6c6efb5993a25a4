import type { z } from 'zod'
import { DEFAULT_CONTEXT, type Fit, judgeFit, memoryNeeded } from './fit'
import type { Memory } from './machine'
import type { fitReport, loadedReport, modelDetails, modelReport } from './schemas'
import type { GgufSummary, InstalledModel } from './types'

/** How a model is in memory, as the engine tells it. */
export type LoadedModel = {
  model: string
  state: 'loading' | 'ready' | 'unloading'
  progress: number
  memoryBytes: number
  contextSize: number
  parallel: number
  threads: number
  gpu: string | null
  active: number
  queued: number
  expiresAt: number | null
}

/** What is known besides the model itself. */
export type Surroundings = { memory: Memory; loaded: readonly LoadedModel[] }

/** An installed model, as lists show it. */
export function reportModel(
  model: InstalledModel,
  around: Surroundings,
): z.infer<typeof modelReport> {
  const { gguf } = model
  const loaded = around.loaded.find((each) => each.model === model.id)
  return {
    id: model.id,
    object: 'model',
    created: Math.floor(model.addedAt / 1000),
    owned_by: ownerOf(model),
    ref: model.ref,
    revision: model.revision,
    name: gguf.name,
    architecture: gguf.architecture,
    parameters: gguf.parameters,
    quantization: model.quantization,
    context_length: gguf.contextLength,
    licence: model.licence,
    has_chat_template: gguf.chatTemplate !== null,
    has_vision: model.projector !== null,
    size: model.size,
    sha256: model.sha256,
    builtin: model.builtin,
    missing: model.missing,
    damaged: model.damaged,
    pinned: model.pinned,
    notes: model.notes,
    tags: [...model.tags],
    added_at: model.addedAt,
    last_used_at: model.lastUsedAt,
    times_used: model.timesUsed,
    fit: reportFit(model.size, gguf, around),
    loaded: loaded ? reportLoaded(loaded) : null,
  }
}

/** An installed model with all that is known of it. */
export function reportDetails(
  model: InstalledModel,
  around: Surroundings,
): z.infer<typeof modelDetails> {
  return {
    ...reportModel(model, around),
    chat_template: model.gguf.chatTemplate,
    embedding_length: model.gguf.embeddingLength,
    layers: model.gguf.layers,
    vocabulary_size: model.gguf.vocabularySize,
    files: model.files.map((file) => ({ ...file, damaged: file.damaged ?? false })),
  }
}

/**
 * Whether a model fits this machine, with the numbers.
 * @param size bytes of its files. @param context tokens; the usual, or what the model was trained for if that is less.
 */
export function reportFit(
  size: number,
  header: GgufSummary | null,
  around: Surroundings,
  context = Math.min(header?.contextLength ?? DEFAULT_CONTEXT, DEFAULT_CONTEXT),
): z.infer<typeof fitReport> {
  const idle = around.loaded.filter((each) => each.active + each.queued === 0)
  const reclaimable = idle.reduce((total, each) => total + each.memoryBytes, 0)
  return flatten(judgeFit(memoryNeeded(size, header, context), around.memory, reclaimable), context)
}

function flatten(fit: Fit, context: number): z.infer<typeof fitReport> {
  const { weights, cache, overhead, total: needed } = fit.needed
  const { verdict, available, total } = fit
  return { verdict, context_length: context, weights, cache, overhead, needed, available, total }
}

function reportLoaded(loaded: LoadedModel): z.infer<typeof loadedReport> {
  return {
    state: loaded.state,
    progress: loaded.progress,
    memory_bytes: loaded.memoryBytes,
    context_size: loaded.contextSize,
    parallel: loaded.parallel,
    threads: loaded.threads,
    gpu: loaded.gpu,
    active: loaded.active,
    queued: loaded.queued,
    expires_at: loaded.expiresAt,
  }
}

function ownerOf(model: InstalledModel): string {
  if (model.builtin) return 'runnel'
  return /^hf:([^/]+)\//.exec(model.ref)?.[1] ?? 'local'
}
