import type { ModelSettings } from '@/lib/models/model-settings'
import type { ThinkingLevel } from '@/lib/models/settings-schemas'
import { DEFAULT_SAMPLING } from './schemas'
import type { ChatMessage, GenerateRequest, Prompt, Sampling, ThinkingChoice } from './types'

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
    prompt: withPromptDefaults(request.prompt, settings),
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

/** Begins a chat without a system message with that of its model, which thinks as is set where a chat says nothing of it. */
export function withPromptDefaults(
  prompt: Prompt,
  { system_prompt: system, thinking }: ModelSettings,
): Prompt {
  if (prompt.kind !== 'chat') return prompt
  const hasSystem = system === undefined || prompt.messages.some(({ role }) => role === 'system')
  const begun: ChatMessage[] = hasSystem ? [] : [{ role: 'system', content: system }]
  return {
    ...prompt,
    messages: [...begun, ...prompt.messages],
    thinking: prompt.thinking ?? (thinking && toThinkingChoice(thinking)),
  }
}

/** What a setting says to a template. */
export function toThinkingChoice(level: ThinkingLevel): ThinkingChoice {
  if (level === 'on' || level === 'off') return { enabled: level === 'on' }
  return { enabled: true, effort: level }
}
