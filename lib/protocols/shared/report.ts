import type { Generation } from '@/lib/engines/generations'
import type { Timings, Usage } from '@/lib/engines/types'
import type { ErrorBody } from '@/lib/platform/errors'
import type { TimingsReport, UsageReport } from './schemas'

/** What one choice of an answer took. */
export type Measured = { usage: Usage; timings: Timings }

/**
 * Tokens of a whole answer. Choices that share a prompt evaluate it once, so it counts once,
 * as at OpenAI.
 * @param choicesPerPrompt how many choices, one after the other, have the same prompt
 */
export function toUsage(
  choices: readonly Pick<Measured, 'usage'>[],
  choicesPerPrompt: number,
): UsageReport {
  const prompts = choices.filter((_, index) => index % choicesPerPrompt === 0)
  const promptTokens = sum(prompts.map(({ usage }) => usage.promptTokens))
  const completionTokens = sum(choices.map(({ usage }) => usage.completionTokens))
  const ofPrompts = (pick: (usage: Usage) => number | undefined) =>
    sum(prompts.map(({ usage }) => pick(usage) ?? 0))
  const reasoningTokens = sum(choices.map(({ usage }) => usage.reasoningTokens ?? 0))
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: {
      cached_tokens: ofPrompts((usage) => usage.cachedTokens),
      truncated_tokens: ofPrompts((usage) => usage.truncatedTokens),
    },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
  }
}

/** Times of a whole answer. Its choices run side by side: the slowest says how long, and speeds add up. */
export function toTimings(choices: readonly Measured[]): TimingsReport {
  const longest = (pick: (timings: Timings) => number) =>
    round(Math.max(0, ...choices.map(({ timings }) => pick(timings))))
  const first = choices.flatMap(({ timings }) => timings.firstTokenMs ?? [])
  const generationMs = longest((timings) => timings.generationMs)
  const only = choices.length === 1 ? choices[0]?.timings : undefined
  const completionTokens = sum(choices.map(({ usage }) => usage.completionTokens))
  return {
    queued_ms: longest((timings) => timings.queuedMs),
    load_ms: longest((timings) => timings.loadMs),
    prompt_ms: longest((timings) => timings.promptMs),
    generation_ms: generationMs,
    first_token_ms: first.length > 0 ? round(Math.min(...first)) : null,
    prompt_tokens_per_second: roundOrNull(choices[0]?.timings.promptTokensPerSecond),
    tokens_per_second: only
      ? roundOrNull(only.tokensPerSecond)
      : roundOrNull(generationMs > 0 ? (completionTokens * 1000) / generationMs : null),
    cached_tokens: sum(choices.map(({ usage }) => usage.cachedTokens)),
  }
}

/** The times as `Server-Timing` (W3C), which browsers show next to the request. */
export function toServerTiming(timings: TimingsReport): string {
  return [
    `queue;dur=${timings.queued_ms}`,
    `load;dur=${timings.load_ms}`,
    `prompt;dur=${timings.prompt_ms}`,
    `generate;dur=${timings.generation_ms}`,
  ].join(', ')
}

/** A generation as `GET /v1/generations/{id}` tells it. */
export type GenerationReport = {
  id: string
  object: 'generation'
  model: string
  status: 'running' | 'done' | 'failed'
  queue_position: number | null
  text: string
  choices: { index: number; text: string; finish_reason: string | null }[]
  usage: UsageReport | null
  timings: TimingsReport | null
  error: ErrorBody['error'] | null
}

/** What a generation is and has made so far. Usage and timings are known at its end. */
export async function reportGeneration(generation: Generation): Promise<GenerationReport> {
  const { state, texts } = generation
  const choices = state.kind === 'done' ? (await generation.result()).choices : null
  return {
    id: generation.id,
    object: 'generation',
    model: generation.model,
    status: state.kind,
    queue_position: state.kind === 'running' ? generation.queuePosition : null,
    text: texts[0] ?? '',
    choices: texts.map((text, index) => ({
      index,
      text,
      finish_reason: choices?.[index]?.finishReason ?? null,
    })),
    usage: choices ? toUsage(choices, generation.choicesPerPrompt) : null,
    timings: choices ? toTimings(choices) : null,
    error: state.kind === 'failed' ? state.error.toBody().error : null,
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function round(number: number): number {
  return Math.round(number * 1000) / 1000
}

function roundOrNull(number: number | null | undefined): number | null {
  return number == null ? null : round(number)
}

/** How much further a load must be to be worth telling. */
const STEP = 0.05

/** Thins the progress of a load, from 0 to 1, to what is worth a frame. Its end always is. */
export class LoadingSteps {
  #told = 0

  /** Whether to tell of this progress. */
  take(progress: number): boolean {
    if (progress < 1 && progress - this.#told < STEP) return false
    this.#told = progress
    return true
  }
}
