import { z } from 'zod'

/** What a generation took, as every answer reports it. Milliseconds. */
export const timingsReport = z.object({
  queued_ms: z.number(),
  load_ms: z.number(),
  prompt_ms: z.number(),
  generation_ms: z.number(),
  first_token_ms: z.number().nullable(),
  prompt_tokens_per_second: z.number().nullable(),
  tokens_per_second: z.number().nullable(),
  cached_tokens: z.int(),
})

/** Tokens, as OpenAI counts them. */
export const usageReport = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
  prompt_tokens_details: z.object({
    cached_tokens: z.int(),
    truncated_tokens: z.int().meta({
      description: 'Tokens that were left out so that the prompt fits the context.',
    }),
  }),
  completion_tokens_details: z.object({
    reasoning_tokens: z
      .int()
      .meta({ description: 'Tokens that the model thought before it answered.' }),
  }),
})

export type TimingsReport = z.infer<typeof timingsReport>
export type UsageReport = z.infer<typeof usageReport>
