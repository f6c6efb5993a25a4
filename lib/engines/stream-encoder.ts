import type { AppError } from '@/lib/platform/errors'
import type { ResetReason, SseEvent, SseFrame } from '@/lib/sse/types'
import type { ChoiceResult } from './choice-result'
import type { EngineEvent } from './types'

/** What one choice has come to so far. */
export type ChoiceSoFar = Pick<ChoiceResult, 'text' | 'reasoning' | 'toolCalls'>

/** How a generation is written as frames. Each API brings its own. */
export interface StreamEncoder {
  /** The frames of one event of one choice, or of the error that ends the generation. */
  encode(input: { choice: number; event: EngineEvent } | { error: AppError }): SseFrame[]
  /** The text so far of each choice, for a reader who comes too late for its frames. */
  snapshot(texts: readonly string[]): SseEvent[]
  /** The data of the `reset` that such a reader gets before the snapshot. Default: the reason and the texts. */
  resetData?(reason: ResetReason, choices: readonly ChoiceSoFar[]): string | undefined
}
