import type { ContextWish } from './memory-plan'
import { loadSettings, type ModelSettings } from './settings-schemas'
import type { GgufSummary } from './types'

export { type ModelSettings, modelSettings, type modelSettingsReport } from './settings-schemas'

/** Bits of one number in the cache, with its share of the scale of its block. */
const CACHE_BITS = { f16: 16, q8_0: 8.5, q4_0: 4.5 } as const

/** What a load is to plan for: the model's own settings before those of the server. */
export function wishOf(settings: ModelSettings, limits: ContextWish): ContextWish {
  const { context_size, parallel } = settings
  return {
    contextSize: context_size ?? limits.contextSize,
    parallel: parallel ?? limits.parallel,
    setting:
      context_size === undefined ? 'RUNNEL_CONTEXT_SIZE' : "the model's setting context_size",
  }
}

/** What a header says of memory, with the cache as the settings have it. */
export function withCacheTypes(gguf: GgufSummary, settings: ModelSettings): GgufSummary {
  const { kv_type_k: keys = 'f16', kv_type_v: values = 'f16' } = settings
  // Keys and values are about as large as one another.
  const share = (CACHE_BITS[keys] + CACHE_BITS[values]) / (2 * CACHE_BITS.f16)
  const kvBytesPerToken = gguf.kvBytesPerToken && Math.round(gguf.kvBytesPerToken * share)
  return { ...gguf, kvBytesPerToken }
}

/** Whether flash attention is on or off, or undefined when that is left to what is faster. */
export function flashAttentionOf(settings: ModelSettings): boolean | undefined {
  return settings.flash_attention ?? (needsFlash(settings) ? true : undefined)
}

/** Whether both are loaded the same way. */
export function loadsAlike(a: ModelSettings, b: ModelSettings): boolean {
  return loadSettings.keyof().options.every((name) => a[name] === b[name])
}

/** A quantized cache of values is read by flash attention only. */
export function needsFlash({ kv_type_v }: ModelSettings): boolean {
  return kv_type_v !== undefined && kv_type_v !== 'f16'
}
