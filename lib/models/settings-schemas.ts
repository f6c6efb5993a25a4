import { z } from 'zod'

const cacheType = z.enum(['f16', 'q8_0', 'q4_0'], 'it must be `f16`, `q8_0` or `q4_0`')

const LEVELS = ['off', 'on', 'low', 'medium', 'high'] as const

/** Whether a model is to think before it answers, and how hard. */
export const thinkingLevel = z.enum(
  LEVELS,
  `it must be one of ${LEVELS.map((name) => `\`${name}\``).join(', ')}`,
)
export type ThinkingLevel = z.infer<typeof thinkingLevel>

/** How tokens are chosen for requests that don't say. */
export const samplingDefaults = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.number().int().min(0).max(1_000_000).optional(),
  min_p: z.number().min(0).max(1).optional(),
  repeat_penalty: z.number().min(0).max(10).optional(),
  frequency_penalty: z.number().min(-2).max(2).optional(),
  presence_penalty: z.number().min(-2).max(2).optional(),
  xtc_probability: z.number().min(0).max(1).optional(),
  xtc_threshold: z.number().min(0).max(1).optional(),
})

/** How one model is loaded, where it is not to be as the server has it for all. A setting that is left out is. */
export const loadSettings = z.strictObject({
  context_size: z.number().int().min(128).max(10_000_000).optional().meta({
    description: 'Tokens of context for one request; otherwise `RUNNEL_CONTEXT_SIZE`.',
  }),
  parallel: z.number().int().min(1).max(256).optional().meta({
    description: 'Requests that it works on together; otherwise `RUNNEL_PARALLEL`.',
  }),
  threads: z.number().int().min(1).max(1024).optional().meta({
    description: 'Compute threads; otherwise `RUNNEL_THREADS`, or what measuring finds best.',
  }),
  gpu_layers: z.number().int().min(0).max(10_000).optional().meta({
    description: 'Layers on the GPU; otherwise as many as fit.',
  }),
  flash_attention: z.boolean().optional().meta({
    description: 'Whether attention is computed as flash attention; otherwise where it is faster.',
  }),
  kv_type_k: cacheType.optional().meta({ description: 'How keys are cached; `f16` otherwise.' }),
  kv_type_v: cacheType.optional().meta({
    description: 'How values are cached; `f16` otherwise. The others need flash attention.',
  }),
})

/** Those, and settings that count at once where a request says nothing. */
export const modelSettings = loadSettings.extend({
  sampling: samplingDefaults
    .optional()
    .meta({ description: 'For requests that say nothing else.' }),
  system_prompt: z.string().trim().min(1).max(100_000).optional().meta({
    description: 'Said before conversations that have no system message.',
  }),
  thinking: thinkingLevel.optional().meta({
    description:
      'Whether it thinks before it answers, and how hard, where its chat template knows that.',
  }),
  keep_alive: z.number().min(-1).max(31_536_000).optional().meta({
    description:
      'Idle seconds before it is unloaded; below 0 is never. Otherwise `RUNNEL_KEEP_ALIVE`.',
  }),
})
export type ModelSettings = z.infer<typeof modelSettings>

/** Settings, and whether the model that is in memory was loaded with others. */
export const modelSettingsReport = z.object({
  id: z.string(),
  settings: modelSettings,
  needs_reload: z.boolean().meta({
    description:
      'Whether the model is in memory with other settings: these count from its next load on.',
  }),
})
