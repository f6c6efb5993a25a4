import type { StreamEncoder } from '@/lib/engines/generation-output'
import type { EngineEvent } from '@/lib/engines/types'
import type { AppError } from '@/lib/platform/errors'
import type { SseEvent } from '@/lib/sse/types'
import { LoadingSteps, toTimings, toUsage } from '../shared/report'

/**
 * The stream of `/v1/infer`. Frames without a name hold tokens, the last of them an empty one with what
 * was used, then `[DONE]`. Whatever else there is to say has a name, so that `onmessage` sees tokens only.
 */
export class TokenEncoder implements StreamEncoder {
  readonly #loading = new LoadingSteps()

  encode(input: { choice: number; event: EngineEvent } | { error: AppError }): SseEvent[] {
    if ('error' in input) return [{ event: 'error', data: JSON.stringify(input.error.toBody()) }]
    const { event } = input
    switch (event.kind) {
      case 'queued':
        return [{ event: 'queued', data: JSON.stringify({ position: event.position }) }]
      case 'loading':
        return this.#loading.take(event.progress)
          ? [{ event: 'loading', data: JSON.stringify({ progress: event.progress }) }]
          : []
      case 'started':
      case 'tool':
        return []
      case 'reasoning':
        return [{ event: 'reasoning', data: JSON.stringify({ token: event.text }) }]
      case 'text':
        return [token(event.text)]
      case 'done':
        return [
          token('', {
            finish_reason: event.finishReason,
            usage: toUsage([event], 1),
            timings: toTimings([event]),
          }),
          { data: '[DONE]' },
        ]
    }
  }

  /** The text so far, as one token, for a reader who comes too late for each. */
  snapshot(texts: readonly string[]): SseEvent[] {
    return texts.filter(Boolean).map((text) => token(text))
  }
}

function token(text: string, more: object = {}): SseEvent {
  return { data: JSON.stringify({ token: text, ...more }) }
}
