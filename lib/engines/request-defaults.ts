import type { ModelSettings } from '@/lib/models/model-settings'
import { DEFAULT_SAMPLING } from './schemas'
import type { GenerateRequest, Prompt, Sampling } from './types'

type Defaults = NonNullable<ModelSettings['sampling']>

/** A request that leaves nothing about the choice of tokens open. */
export type CompleteRequest = Omit<GenerateRequest, 'sampling'> & { sampling: Sampling }

/**
 * Fills in what a request does not say: from the settings of its model, else from what its makers wrote into its file,
 * else from what holds for all.
 */
export function withDefaults(
  request: GenerateRequest,
  settings: ModelSettings,
  advised: Defaults = {},
): CompleteRequest {
  const { sampling = {}, keep_alive } = settings
  return {
    ...request,
    prompt: withSystemPrompt(request.prompt, settings),
    sampling: complete(request.sampling, { ...advised, ...sampling }),
    keepAliveMs: request.keepAliveMs ?? (keep_alive === undefined ? undefined : keep_alive * 1000),
  }
}

function complete(asked: GenerateRequest['sampling'], own: Defaults): Sampling {
  const usual = DEFAULT_SAMPLING
  const { xtc_probability: probability = 0, xtc_threshold: threshold = 0.1 } = own
  return {
    ...asked,
    temperature: asked.temperature ?? own.temperature ?? usual.temperature,
    topP: asked.topP ?? own.top_p ?? usual.topP,
    topK: asked.topK ?? own.top_k ?? usual.topK,
    minP: asked.minP ?? own.min_p ?? usual.minP,
    repeatPenalty: asked.repeatPenalty ?? own.repeat_penalty ?? usual.repeatPenalty,
    frequencyPenalty: asked.frequencyPenalty ?? own.frequency_penalty ?? usual.frequencyPenalty,
    presencePenalty: asked.presencePenalty ?? own.presence_penalty ?? usual.presencePenalty,
    xtc: asked.xtc ?? (probability > 0 ? { probability, threshold } : undefined),
  }
}

/** Begins a chat without a system message with that of its model. */
export function withSystemPrompt(prompt: Prompt, { system_prompt: system }: ModelSettings): Prompt {
  if (prompt.kind !== 'chat' || system === undefined) return prompt
  if (prompt.messages.some(({ role }) => role === 'system')) return prompt
  return { ...prompt, messages: [{ role: 'system', content: system }, ...prompt.messages] }
}
