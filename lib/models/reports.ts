import { basename } from 'node:path'
import type { z } from 'zod'
import { judgeFit, roomIn } from './fit'
import { limitMemory, type Memory } from './machine'
import { type ContextWish, planMemory } from './memory-plan'
import { type ModelSettings, wishOf, withCacheTypes } from './model-settings'
import type { fitReport, loadedReport, modelCard, modelDetails, modelReport } from './schemas'
import type { GgufSummary, InstalledModel, ThinkingSupport } from './types'

/** How a model is in memory, as the engine tells it. */
export type LoadedModel = {
  model: string
  state: 'loading' | 'ready' | 'unloading'
  progress: number
  memoryBytes: number
  contextSize: number
  contextReason: string
  /** What it was loaded with. */
  settings: ModelSettings
  parallel: number
  threads: number
  gpu: string | null
  active: number
  queued: number
  expiresAt: number | null
}

/** What is known besides the model itself. */
export type Surroundings = {
  memory: Memory
  loaded: readonly LoadedModel[]
  limits: ModelLimits
}

/** That, and what a chat template lets people choose. */
export type ModelSurroundings = Surroundings & {
  thinkingOf: (chatTemplate: string) => ThinkingSupport
}

/** What the operator has said about models. */
export type ModelLimits = ContextWish & {
  /** Bytes that loaded models may take together; undefined is what the machine has. */
  memory: number | undefined
}

/** An installed model, as lists show it. */
export function reportModel(
  model: InstalledModel,
  around: ModelSurroundings,
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
    thinking:
      gguf.chatTemplate === null
        ? { switch: false, effort: false }
        : around.thinkingOf(gguf.chatTemplate),
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
    fit: reportFit(model.size, withCacheTypes(gguf, model.settings), {
      ...around,
      limits: { ...around.limits, ...wishOf(model.settings, around.limits) },
    }),
    loaded: loaded ? reportLoaded(loaded) : null,
  }
}

/** An installed model with all that is known of it. */
export function reportDetails(
  model: InstalledModel,
  around: ModelSurroundings,
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

/** An installed model as a card, of which nothing depends on this machine. */
export function reportCard(model: InstalledModel): z.infer<typeof modelCard> {
  const { gguf } = model
  return {
    id: model.id,
    object: 'model.card',
    name: gguf.name ?? model.id,
    family: gguf.architecture,
    parameters: gguf.parameters,
    quantization: model.quantization,
    size: model.size,
    context_length: gguf.contextLength,
    vocabulary_size: gguf.vocabularySize,
    licence: model.licence,
    has_chat_template: gguf.chatTemplate !== null,
    has_vision: model.projector !== null,
    sampling: gguf.sampling,
    tags: [...model.tags],
    notes: model.notes,
    source: {
      ref: model.ref,
      owner: ownerOf(model),
      revision: model.revision,
      added_at: model.addedAt,
    },
    files: model.files.map(({ path, size, sha256, role }) => ({
      name: basename(path),
      size,
      sha256,
      role,
    })),
  }
}

/**
 * Whether a model fits this machine, planned as a load plans it, with the numbers. A context that is too short to be of
 * use, because other programs or models have the memory, is `tight`.
 * @param size bytes of its files. @param context tokens for one sequence that somebody asks about.
 */
export function reportFit(
  size: number,
  shape: GgufSummary | null,
  { memory: machine, loaded, limits }: Surroundings,
  context = limits.contextSize,
): z.infer<typeof fitReport> {
  const held = sum(loaded.map((each) => each.memoryBytes))
  const idle = loaded.filter((each) => each.active + each.queued === 0)
  const reclaimable = sum(idle.map((each) => each.memoryBytes))
  const memory = limitMemory(machine, limits.memory, held)
  const { available, usable } = roomIn(memory, reclaimable)
  const asked = context === limits.contextSize ? {} : { setting: 'what was asked for' }
  const wish = { ...limits, ...asked, contextSize: context }
  const now = planMemory({ size, shape }, wish, available)
  const runs = now.bytes <= available && !now.cramped
  const plan = runs ? now : planMemory({ size, shape }, wish, usable)
  const { verdict, needed, ...fit } = judgeFit(plan.need, memory, reclaimable)
  return {
    verdict: verdict === 'fits' && !runs ? 'tight' : verdict,
    context_length: plan.contextSize,
    parallel: plan.parallel,
    context_reason: plan.reason,
    weights: needed.weights,
    cache: needed.cache,
    overhead: needed.overhead,
    needed: needed.total,
    available: fit.available,
    total: fit.total,
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

function reportLoaded(loaded: LoadedModel): z.infer<typeof loadedReport> {
  return {
    state: loaded.state,
    progress: loaded.progress,
    memory_bytes: loaded.memoryBytes,
    context_size: loaded.contextSize,
    context_reason: loaded.contextReason,
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
