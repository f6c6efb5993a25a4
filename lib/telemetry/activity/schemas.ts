import { z } from 'zod'

/** What happened in one slice of time. */
export const activitySlice = z.object({
  at: z.number().meta({ description: 'Its beginning, ms since 1970.' }),
  tokens: z.number().meta({ description: 'Tokens that were generated in it.' }),
  first_token_ms: z
    .number()
    .nullable()
    .meta({ description: 'Mean ms from a request to its first token; null when there was none.' }),
  subscribers: z.number().meta({ description: 'The most streams that were open at once.' }),
  memory_bytes: z.number().meta({ description: 'Bytes that loaded models held at its end.' }),
})

/** The last hour, in slices; sent once, when a reader joins. */
export const activityHistory = z.object({
  slice_ms: z.number(),
  slices: z.array(activitySlice),
})

/** Now: the slice under way, and what flows this second. */
export const activitySample = z.object({
  slice: activitySlice,
  tokens_per_second: z.number(),
  subscribers: z.number(),
  queued: z.number(),
})

/** A model that is loaded, or on its way in or out. */
export const loadedModel = z.object({
  model: z.string(),
  state: z.enum(['loading', 'ready', 'unloading']),
  progress: z.number(),
  memory_bytes: z.number(),
  context_size: z.number(),
  context_reason: z.string(),
  parallel: z.number(),
  threads: z.number(),
  gpu: z.string().nullable(),
  active: z.number(),
  queued: z.number(),
  expires_at: z.number().nullable(),
})

export const activityModels = z.object({ models: z.array(loadedModel) })

/** One generation that runs. */
export const activityStream = z.object({
  id: z.string(),
  model: z.string(),
  owner: z.string().meta({ description: 'Whose it is, as people call them.' }),
  phase: z.enum(['queued', 'loading', 'prompt', 'generating']),
  tokens: z.number(),
  tokens_per_second: z.number(),
  readers: z.number(),
  started_at: z.number().meta({ description: 'Ms since 1970.' }),
})

export const activityStreamEnd = z.object({ id: z.string() })
