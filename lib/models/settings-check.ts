import { invalid } from '@/lib/platform/errors'
import { roomIn } from './fit'
import { limitMemory, type Memory } from './machine'
import { planMemory } from './memory-plan'
import { type ModelSettings, needsFlash, wishOf, withCacheTypes } from './model-settings'
import type { ModelLimits } from './reports'
import type { GgufSummary } from './types'

type Surroundings = { memory: Memory; cpus: number; limits: ModelLimits }

/**
 * Refuses what can not work, with the numbers.
 * @throws AppError 400 naming the field
 */
export function checkSettings(
  settings: ModelSettings,
  { size, gguf }: { size: number; gguf: GgufSummary },
  { memory, cpus, limits }: Surroundings,
): void {
  const { context_size, parallel, threads, gpu_layers, flash_attention } = settings
  const trained = gguf.contextLength
  if (context_size !== undefined && trained !== null && context_size > trained)
    throw invalid(
      `context_size is ${context_size}, and the model was trained for ${trained} tokens.`,
      'context_size',
    )
  if (threads !== undefined && threads > cpus)
    throw invalid(`threads is ${threads}, and this machine has ${cpus}.`, 'threads')
  // The output counts as a layer.
  if (gpu_layers !== undefined && gguf.layers !== null && gpu_layers > gguf.layers + 1)
    throw invalid(
      `gpu_layers is ${gpu_layers}, and the model has ${gguf.layers + 1} with its output.`,
      'gpu_layers',
    )
  if (needsFlash(settings) && flash_attention === false)
    throw invalid(
      `kv_type_v is ${settings.kv_type_v}, which needs flash attention, and flash_attention is false.`,
      'kv_type_v',
    )
  const { usable } = roomIn(limitMemory(memory, limits.memory, 0))
  const shape = withCacheTypes(gguf, settings)
  const plan = planMemory({ size, shape }, wishOf(settings, limits), usable)
  const mib = (bytes: number) => `${Math.ceil(bytes / 1024 / 1024)} MiB`
  if (context_size !== undefined && plan.bytes > usable)
    throw invalid(
      `With ${context_size} tokens of context the model needs ${mib(plan.bytes)} of memory, and models have ${mib(usable)} here.`,
      'context_size',
    )
  if (context_size !== undefined && parallel !== undefined && plan.parallel < parallel)
    throw invalid(
      `${parallel} sequences of ${context_size} tokens do not fit into the ${mib(usable)} that models have here: ${plan.parallel} do.`,
      'parallel',
    )
}
