import {
  getLlama,
  type Llama,
  type LlamaContext,
  LlamaLogLevel,
  type LlamaModel,
} from 'node-llama-cpp'
import { z } from 'zod'
import { AppError } from '@/lib/platform/errors'
import { bestPlan } from '../plans'
import type { LoadedModel, LoadRequest, RunPlan } from '../protocol'
import { ControlMarks } from '../templates/control-marks'
import { ModelTemplates, type TemplateSources } from '../templates/model-templates'
import { Embedder } from './embedder'
import { Grammars } from './grammars'
import { measurePlans, measureSingle } from './measure'
import { openContexts, type Slot } from './slot'
import { Vocabulary } from './vocabulary'

/** A model in memory, ready to be asked. */
export type OpenModel = {
  llama: Llama
  model: LlamaModel
  plan: RunPlan
  /** Tokens a second of one stream, where it was measured. */
  single: number | null
  contexts: readonly LlamaContext[]
  slots: readonly Slot[]
  vocabulary: Vocabulary
  templates: ModelTemplates
  /** Names of control tokens that nobody may type into a prompt. */
  marks: ControlMarks
  grammars: Grammars
  embedder: Embedder
}

/** Opens llama.cpp with the best binary that is installed: nothing is built and nothing is downloaded. */
export function openLlama(log: (message: string) => void): Promise<Llama> {
  return getLlama({
    gpu: 'auto',
    build: 'never',
    skipDownload: true,
    // Thread counts come from measuring; the library must not divide them among contexts again.
    maxThreads: 0,
    logLevel: LlamaLogLevel.error,
    logger: (_level, message) => log(message),
  })
}

/** Reads the weights. @throws AppError `model_load_failed` with what llama.cpp says about it */
export async function openWeights(
  llama: Llama,
  { file, gpuLayers }: Pick<LoadRequest, 'file' | 'gpuLayers'>,
  onProgress: (progress: number) => void,
  complaints: () => string,
): Promise<LlamaModel> {
  try {
    return await llama.loadModel({ modelPath: file, gpuLayers, onLoadProgress: onProgress })
  } catch (cause) {
    throw loadFailed(cause, complaints())
  }
}

/** Loads a model as the request says. @throws AppError `model_load_failed` */
export async function openModel(
  llama: Llama,
  request: LoadRequest,
  onProgress: (progress: number) => void,
  complaints: () => string,
): Promise<OpenModel> {
  const model = await openWeights(llama, request, onProgress, complaints)
  try {
    const chosen = await choosePlan(model, request)
    const { plan } = chosen
    const { contexts, slots } = await openContexts(model, { ...request, plan })
    const compared = request.record === undefined ? null : await measureSingle(model, slots)
    const templates = new ModelTemplates(templateSources(model), {
      bos: model.tokens.bosString ?? '',
      eos: model.tokens.eosString ?? '',
    })
    const vocabulary = new Vocabulary(model)
    return {
      llama,
      model,
      plan,
      single: chosen.single ?? compared,
      contexts,
      slots,
      templates,
      marks: new ControlMarks(vocabulary.names, templates.source),
      vocabulary,
      grammars: new Grammars(llama, model),
      embedder: new Embedder(model, plan.threads, vocabulary),
    }
  } catch (cause) {
    throw loadFailed(cause, complaints())
  }
}

const toolUseTemplate = z.looseObject({ 'chat_template.tool_use': z.string().optional() })

/** What the file calls `tokenizer.chat_template`, and its variant for tools. */
function templateSources({ fileInfo }: LlamaModel): TemplateSources {
  const tokenizer = fileInfo.metadata?.tokenizer
  const more = toolUseTemplate.safeParse(tokenizer)
  return {
    chat: tokenizer?.chat_template ?? null,
    toolUse: more.data?.['chat_template.tool_use'] ?? null,
  }
}

/** Tokens that each sequence holds. */
export function contextSize(open: OpenModel): number {
  return Math.min(...open.contexts.map((context) => context.contextSize))
}

/** What the server is told about an open model. */
export function describeModel(open: OpenModel): LoadedModel {
  const memory = [open.model.memoryUsage, ...open.contexts.map((context) => context.memoryUsage)]
  return {
    contextSize: contextSize(open),
    parallel: open.slots.length,
    plan: open.plan,
    single: open.single,
    gpu: open.llama.gpu === false ? null : open.llama.gpu,
    memoryBytes: memory.reduce((sum, { ram, vram }) => sum + ram + vram, 0),
  }
}

async function choosePlan(
  model: LlamaModel,
  request: LoadRequest,
): Promise<Pick<OpenModel, 'plan' | 'single'>> {
  const [first, ...others] = request.plans
  if (first && others.length === 0) return { plan: first, single: null }
  const best = bestPlan(await measurePlans(model, request))
  return best ?? { plan: { threads: 1, contexts: 1, flash: true }, single: null }
}

function loadFailed(cause: unknown, complaints: string): AppError {
  const reason = complaints || (cause instanceof Error ? cause.message : String(cause))
  return new AppError(`The model can't be loaded: ${reason}`, {
    code: 'model_load_failed',
    status: 500,
    hint: 'The file may be damaged, or of an architecture that this version does not know. Download it again or choose another.',
    cause,
  })
}
