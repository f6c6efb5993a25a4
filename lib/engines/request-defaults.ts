import type { ModelSettings } from '@/lib/models/model-settings'
import { DEFAULT_SAMPLING } from './schemas'
import type { GenerateRequest, Prompt, Sampling } from './types'

/** A request that leaves nothing about the choice of tokens open. */
export type CompleteRequest = Omit<GenerateRequest, 'sampling'> & { sampling: Sampling }

/** Fills in what a request does not say: from the settings of its model, else from what holds for all. */
export function withDefaults(request: GenerateRequest, settings: ModelSettings): CompleteRequest {
  const { sampling = {}, keep_alive } = settings
  return {
    ...request,
    prompt: withSystemPrompt(request.prompt, settings),
    sampling: complete(request.sampling, sampling),
    keepAliveMs: request.keepAliveMs ?? (keep_alive === undefined ? undefined : keep_alive * 1000),
  }
}

function complete(
  asked: GenerateRequest['sampling'],
  own: NonNullable<ModelSettings['sampling']>,
): Sampling {
  const usual = DEFAULT_SAMPLING
  return {
    ...asked,
    temperature: asked.temperature ?? own.temperature ?? usual.temperature,
    topP: asked.topP ?? own.top_p ?? usual.topP,
    topK: asked.topK ?? own.top_k ?? usual.topK,
    minP: asked.minP ?? own.min_p ?? usual.minP,
    repeatPenalty: asked.repeatPenalty ?? own.repeat_penalty ?? usual.repeatPenalty,
    frequencyPenalty: asked.frequencyPenalty ?? own.frequency_penalty ?? usual.frequencyPenalty,
    presencePenalty: asked.presencePenalty ?? own.presence_penalty ?? usual.presencePenalty,
  }
}

/** Begins a chat without a system message with that of its model. */
export function withSystemPrompt(prompt: Prompt, { system_prompt: system }: ModelSettings): Prompt {
  if (prompt.kind !== 'chat' || system === undefined) return prompt
  if (prompt.messages.some(({ role }) => role === 'system')) return prompt
  return { ...prompt, messages: [{ role: 'system', content: system }, ...prompt.messages] }
}
