import { z } from 'zod'
import { integerFrom, oneOf, reasoningBudget, tokenCount } from '../../shared/schemas'
import { commonFields, model, refused, withoutEffect } from './fields'
import { messages, responseFormat, toolChoice, tools } from './messages'

/** The body of `POST /v1/chat/completions`. */
export const chatBody = z.strictObject({
  ...commonFields,
  messages,
  logprobs: z.boolean().nullish(),
  top_logprobs: integerFrom(0, 20).nullish(),
  max_tokens: tokenCount.nullish(),
  max_completion_tokens: tokenCount.nullish(),
  response_format: responseFormat.nullish(),
  tools: tools.nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  modalities: z
    .array(z.literal('text', { error: 'only `text` is supported by this server' }))
    .max(10)
    .nullish(),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).nullish(),
  reasoning_budget: reasoningBudget.nullish(),
  chat_template_kwargs: z
    .record(z.string().max(100), z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]))
    .nullish(),
  verbosity: z
    .literal('medium', { error: 'choosing the verbosity is not supported by this server' })
    .nullish(),
  audio: refused('audio output is'),
  functions: refused('`functions` is', 'use `tools`'),
  function_call: refused('`function_call` is', 'use `tool_choice`'),
  web_search_options: refused('web search is'),
  moderation: refused('moderation is'),
  metadata: withoutEffect(),
  prediction: withoutEffect(),
  prompt_cache_key: withoutEffect(),
  prompt_cache_options: withoutEffect(),
  prompt_cache_retention: withoutEffect(),
  safety_identifier: withoutEffect(),
  service_tier: withoutEffect(),
  store: withoutEffect(),
})

export type ChatBody = z.infer<typeof chatBody>

const EMPTY = 'the list must not be empty'
const MOST = 2048
/** As many values as a whole body may hold. */
const MOST_TOKENS = 1_000_000
const TOO_MANY = `there may be at most ${MOST}`
const FORMS = 'it must be a text, a list of texts, a list of token ids or a list of such lists'
const tokenIds = z
  .array(z.int({ error: FORMS }).min(0, 'a token id must not be negative'))
  .min(1, EMPTY)
  .max(MOST_TOKENS, `there may be at most ${MOST_TOKENS} token ids`)

/** Texts, or token ids, in each form that the OpenAI API takes. */
export const inputs = oneOf(
  [
    z.string(),
    z
      .array(z.string({ error: FORMS }))
      .min(1, EMPTY)
      .max(MOST, TOO_MANY),
    tokenIds,
    z.array(tokenIds).min(1, EMPTY).max(MOST, TOO_MANY),
  ],
  FORMS,
)

/** The body of `POST /v1/completions`. */
export const completionBody = z.strictObject({
  ...commonFields,
  prompt: inputs.nullish(),
  max_tokens: tokenCount.nullish().meta({ description: '16 unless told, as at OpenAI.' }),
  logprobs: integerFrom(0, 20).nullish(),
  echo: z.boolean().nullish(),
  best_of: integerFrom(1, 128).nullish().meta({ description: 'Only as many as `n`.' }),
  suffix: refused('filling in before a suffix is'),
})

export type CompletionBody = z.infer<typeof completionBody>

/** The body of `POST /v1/embeddings`. */
export const embeddingBody = z.strictObject({
  model,
  input: inputs,
  encoding_format: z
    .enum(['float', 'base64'], { error: 'it must be `float` or `base64`' })
    .nullish(),
  dimensions: integerFrom(1, 100_000).nullish().meta({
    description:
      'Shorter vectors, of models that were trained for them; of the others only their own length.',
  }),
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
