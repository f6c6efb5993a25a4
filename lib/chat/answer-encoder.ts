import type { StreamEncoder } from '@/lib/engines/generation-output'
import type { EngineEvent } from '@/lib/engines/types'
import type { AppError } from '@/lib/platform/errors'
import type { SseEvent } from '@/lib/sse/types'
import { storableText, toChatError } from './rows'
import type { AnswerEventData, ChatStats } from './schemas'

/** What is kept of the thinking of an answer. */
export type Thought = { reasoning: string; thinking_ms: number | null }

type Started = AnswerEventData['started']

/**
 * How one answer travels to the browser: the events of `answerEvents`. It counts as it encodes, so that
 * each event says how far the answer is, and a reader that comes late shows the same numbers as the others.
 */
export class AnswerEncoder implements StreamEncoder {
  readonly #startedAt: number
  #tokens = 0
  #firstTokenMs: number | null = null
  #prompt: Started | null = null
  #reasoning = ''
  #thinkingMs: number | null = null
  #isThinking = false
  #lastAt = 0
  readonly #now: () => number

  /** `now` gives monotonic milliseconds. */
  constructor(now: () => number) {
    this.#now = now
    this.#startedAt = now()
  }

  /** The frames of what the engine reports. An answer has one choice. */
  encode(item: { choice: number; event: EngineEvent } | { error: AppError }): SseEvent[] {
    if ('error' in item) return [frame('error', toChatError(item.error))]
    const { event } = item
    switch (event.kind) {
      case 'queued':
        return [frame('queued', { position: event.position })]
      case 'loading':
        return [frame('loading', { progress: event.progress })]
      case 'started':
        this.#prompt = toStarted(event)
        return [frame('started', this.#prompt)]
      case 'text':
        this.#count(event.tokens)
        this.#isThinking = false
        return [frame('delta', { text: storableText(event.text), ...this.#progress() })]
      case 'reasoning':
        this.#think(event)
        return [frame('reasoning', { text: storableText(event.text), ...this.#progress() })]
      case 'tool':
        // A chat offers no tools, so a model can't call one; its tokens still count.
        this.#count(event.tokens)
        return []
      case 'done':
        return [frame('done', toStats(event))]
    }
  }

  /** The whole text so far, for a reader without a usable cursor. */
  snapshot(texts: readonly string[]): SseEvent[] {
    return [
      frame('snapshot', {
        text: storableText(texts.join('')),
        reasoning: this.thought.reasoning,
        ...this.#progress(),
        prompt: this.#prompt,
      }),
    ]
  }

  /** What was thought so far, and how long. */
  get thought(): Thought {
    return { reasoning: this.#reasoning, thinking_ms: this.#thinkingMs }
  }

  /** The time is counted while nothing else is said: thoughts may come between words. */
  #think({ text, tokens }: { text: string; tokens: number }): void {
    const before = this.#isThinking ? this.#lastAt : this.#elapsed()
    this.#count(tokens)
    this.#reasoning += storableText(text)
    this.#isThinking = true
    this.#lastAt = this.#elapsed()
    this.#thinkingMs = (this.#thinkingMs ?? 0) + this.#lastAt - before
  }

  #count(tokens: number): void {
    this.#tokens += tokens
    this.#firstTokenMs ??= this.#elapsed()
  }

  #progress() {
    return {
      tokens: this.#tokens,
      first_token_ms: this.#firstTokenMs,
      elapsed_ms: this.#elapsed(),
      thinking_ms: this.#thinkingMs,
    }
  }

  #elapsed(): number {
    return Math.round(this.#now() - this.#startedAt)
  }
}

function frame<Name extends keyof AnswerEventData>(
  event: Name,
  data: AnswerEventData[Name],
): SseEvent {
  return { event, data: JSON.stringify(data) }
}

function toStarted(event: Extract<EngineEvent, { kind: 'started' }>): Started {
  return {
    prompt_tokens: event.promptTokens,
    cached_tokens: event.cachedTokens,
    truncated_tokens: event.truncatedTokens,
  }
}

/** What is kept with an answer that has ended. */
export function toStats({
  finishReason,
  usage,
  timings,
}: Omit<Extract<EngineEvent, { kind: 'done' }>, 'kind'>): ChatStats {
  return {
    finish_reason: finishReason,
    prompt_tokens: usage.promptTokens,
    cached_tokens: usage.cachedTokens,
    truncated_tokens: usage.truncatedTokens ?? 0,
    completion_tokens: usage.completionTokens,
    queued_ms: timings.queuedMs,
    load_ms: timings.loadMs,
    first_token_ms: timings.firstTokenMs,
    tokens_per_second: timings.tokensPerSecond,
  }
}
