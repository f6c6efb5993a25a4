import { z } from 'zod'
import { duration } from '@/lib/platform/config-schemas'

/** A number between two bounds, with one sentence for every way of getting it wrong. */
export function numberFrom(min: number, max: number) {
  const error = `it must be a number from ${min} to ${max}`
  return z.number({ error }).min(min, error).max(max, error)
}

/** A whole number between two bounds. */
export function integerFrom(min: number, max: number) {
  const error = `it must be a whole number from ${min} to ${max}`
  return z.int({ error }).min(min, error).max(max, error)
}

type Failure = { path: PropertyKey[]; message: string; code?: string }

/**
 * A union that explains itself with the problem of the option that came closest,
 * where zod would only say that the input is invalid.
 */
export function oneOf<const T extends readonly [z.ZodType, z.ZodType, ...z.ZodType[]]>(
  options: T,
  otherwise: string,
) {
  return z.union(options, {
    error: (issue) => closest(issue.code === 'invalid_union' ? issue.errors : []) ?? otherwise,
  })
}

function closest(options: readonly (readonly Failure[])[]): string | undefined {
  const near = options
    .flatMap((failures) => failures.slice(0, 1))
    .filter((failure) => failure.path.length > 0 || failure.code !== 'invalid_type')
  const failure = near.sort((a, b) => b.path.length - a.path.length)[0]
  return failure && sentenceOf(failure)
}

/** Says in which field of the value it is: the sentence alone would be taken for one on the whole. */
function sentenceOf({ path, message, code }: Failure): string {
  const isNamed = typeof path.at(-1) === 'string' && code !== 'invalid_union'
  return isNamed ? `in \`${path.join('.')}\` ${message}` : message
}

export const tokenCount = integerFrom(1, 10_000_000)

/** Tokens of thought. */
export const reasoningBudget = integerFrom(0, 10_000_000).meta({
  description:
    'Tokens of thought after which the model’s own mark ends it; 0 is no thought. Default: no limit.',
})

export const flag = z.boolean({ error: 'it must be true or false' })

const LONGEST_KEEP_ALIVE = 31_536_000
const KEEP_ALIVE =
  'it must be a number of seconds, or a text such as `30s`, `5m` or `1h`, and a year at most; below 0 is never'

/** Seconds, or a duration as clients of Ollama write it and as `RUNNEL_KEEP_ALIVE` takes it. */
const keepAlive = z
  .union([z.number(), duration.transform((ms) => ms / 1000)], { error: KEEP_ALIVE })
  .refine((seconds) => Math.abs(seconds) <= LONGEST_KEEP_ALIVE, KEEP_ALIVE)

const STOPS = 'it must be a text or a list of at most 16 texts'

/** How the next token is chosen, where an answer ends and what it may cost: the same on every endpoint that generates. */
export const generationFields = {
  temperature: numberFrom(0, 2).nullish(),
  top_p: numberFrom(0, 1).nullish(),
  top_k: integerFrom(0, 1_000_000).nullish().meta({ description: '0 is without limit.' }),
  min_p: numberFrom(0, 1).nullish(),
  repeat_penalty: numberFrom(0, 10).nullish(),
  frequency_penalty: numberFrom(-2, 2).nullish(),
  presence_penalty: numberFrom(-2, 2).nullish(),
  xtc_probability: numberFrom(0, 1).nullish().meta({
    description:
      'How often the likeliest tokens are left out (XTC); not with `logprobs`. Default: 0, never.',
  }),
  xtc_threshold: numberFrom(0, 1).nullish().meta({
    description:
      'The probability from which on XTC leaves tokens out, all but the last. Default: 0.1.',
  }),
  seed: z.int({ error: 'it must be a whole number' }).nullish().meta({
    description: 'The same seed, prompt and settings give the same text.',
  }),
  stop: oneOf(
    [
      z.string().min(1, 'it must not be empty'),
      z
        .array(z.string({ error: STOPS }).min(1, 'a text that ends the answer must not be empty'))
        .max(16, STOPS),
    ],
    STOPS,
  )
    .nullish()
    .meta({ description: 'Texts that end the answer; they are not part of it.' }),
  keep_alive: keepAlive.nullish().meta({
    description:
      'Idle seconds, or a duration such as `5m`, after which the model may be unloaded; below 0 is never.',
  }),
  timeout: numberFrom(0.001, 86_400).nullish().meta({
    description: 'Seconds after which the answer ends with the error `deadline_exceeded`.',
  }),
  context_policy: z
    .enum(['truncate-middle', 'refuse'], { error: 'it must be `truncate-middle` or `refuse`' })
    .nullish()
    .meta({ description: 'What happens to a prompt that does not fit the context.' }),
}

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
