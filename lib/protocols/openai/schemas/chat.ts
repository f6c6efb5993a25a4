import { z } from 'zod'
import { integerFrom, tokenCount } from '@/lib/protocols/shared/field-schemas'
import { commonFields, refused, withoutEffect } from './fields'
import { messages } from './messages'
import { responseFormat, toolChoice, tools } from './tools'

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
