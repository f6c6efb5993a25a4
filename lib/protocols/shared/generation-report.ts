import type { Generation } from '@/lib/engines/generations'
import type { ErrorBody } from '@/lib/platform/errors'
import { toTimings, toUsage } from './report'
import type { TimingsReport, UsageReport } from './report-schemas'

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
