import type { AppError } from '@/lib/errors'
import type { SseEvent, SseFrame } from '@/lib/sse/types'
import type { EngineEvent } from './types'

/** How a generation is written as frames. Each API brings its own. */
export interface Wire {
  /** The frames of one event of one choice, or of the error that ends the generation. */
  encode(input: { choice: number; event: EngineEvent } | { error: AppError }): SseFrame[]
  /** The text so far of each choice, for a reader who comes too late for its frames. */
  snapshot(texts: readonly string[]): SseEvent[]
}
