import { z } from 'zod'
import { inputs } from './completion'
import { model, refused, withoutEffect } from './fields'

/** The body of `POST /v1/embeddings`. */
export const embeddingBody = z.strictObject({
  model,
  input: inputs,
  encoding_format: z
    .enum(['float', 'base64'], { error: 'it must be `float` or `base64`' })
    .nullish(),
  dimensions: refused('shortening embeddings is'),
  user: withoutEffect(),
})

export type EmbeddingBody = z.infer<typeof embeddingBody>

/** The answer of `POST /v1/embeddings`. */
export const embeddingList = z.object({
  id: z.string(),
  object: z.literal('list'),
  model: z.string(),
  data: z.array(
    z.object({
      object: z.literal('embedding'),
      index: z.int(),
      embedding: z.union([z.array(z.number()), z.string()]),
    }),
  ),
  usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
})
