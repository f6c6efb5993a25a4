import { DEFAULT_SAMPLING } from '@/lib/engines/schemas'
import type { GenerateRequest, Sampling } from '@/lib/engines/types'

type SamplingFields = {
  temperature?: number | null
  top_p?: number | null
  top_k?: number | null
  min_p?: number | null
  repeat_penalty?: number | null
  frequency_penalty?: number | null
  presence_penalty?: number | null
  seed?: number | null
  logit_bias?: Readonly<Record<string, number>> | null
}

type LimitFields = {
  stop?: string | readonly string[] | null
  keep_alive?: number | null
  timeout?: number | null
  context_policy?: 'truncate-middle' | 'refuse' | null
}

/** The engine's seeds have 32 bits, and the last of them means a random one. */
const MAX_SEED = 2 ** 32 - 1

/** The settings of one choice. With a seed, each choice has its own next one, or all would be the same. */
export function toSampling(fields: SamplingFields, choice: number): Sampling {
  return {
    temperature: fields.temperature ?? DEFAULT_SAMPLING.temperature,
    topP: fields.top_p ?? DEFAULT_SAMPLING.topP,
    topK: fields.top_k ?? DEFAULT_SAMPLING.topK,
    minP: fields.min_p ?? DEFAULT_SAMPLING.minP,
    repeatPenalty: fields.repeat_penalty ?? DEFAULT_SAMPLING.repeatPenalty,
    frequencyPenalty: fields.frequency_penalty ?? DEFAULT_SAMPLING.frequencyPenalty,
    presencePenalty: fields.presence_penalty ?? DEFAULT_SAMPLING.presencePenalty,
    ...(fields.seed == null ? {} : { seed: modulo(fields.seed + choice, MAX_SEED) }),
    ...(fields.logit_bias ? { logitBias: fields.logit_bias } : {}),
  }
}

/** Where a generation ends, and what it may cost. */
export function toLimits(
  fields: LimitFields,
): Pick<GenerateRequest, 'stop' | 'contextPolicy' | 'keepAliveMs' | 'deadlineMs'> {
  return {
    stop: fields.stop == null ? [] : [fields.stop].flat(),
    contextPolicy: fields.context_policy ?? 'refuse',
    keepAliveMs: fields.keep_alive == null ? undefined : fields.keep_alive * 1000,
    deadlineMs: fields.timeout == null ? undefined : fields.timeout * 1000,
  }
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor
}
