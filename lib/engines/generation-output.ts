import type { AppError } from '@/lib/platform/errors'
import type { ResetReason, SseEvent, SseFrame } from '@/lib/sse/types'
import type { EngineEvent, FinishReason, Timings, TokenLogprob, ToolCall, Usage } from './types'

/** What one choice of a generation came to. */
export type ChoiceResult = {
  text: string
  /** What was thought before; empty is nothing. */
  reasoning: string
  toolCalls: readonly ToolCall[]
  /** Null when none were asked for. */
  logprobs: readonly TokenLogprob[] | null
  finishReason: FinishReason
  /** The text of `stop` that ended it; absent when it was another end. */
  stopText?: string
  usage: Usage
  timings: Timings
}

/**
 * Tokens that choices cost, as an answer tells them: a prompt that several share is evaluated once, and counts once. What
 * was cached is counted too.
 * @param choicesPerPrompt how many choices, one after the other, have the same prompt
 */
export function tokensOf(usages: readonly Usage[], choicesPerPrompt: number): number {
  let tokens = 0
  for (let first = 0; first < usages.length; first += choicesPerPrompt) {
    const sharing = usages.slice(first, first + choicesPerPrompt)
    // One may have ended before it was given the prompt.
    tokens += Math.max(...sharing.map(({ promptTokens }) => promptTokens))
    for (const { completionTokens } of sharing) tokens += completionTokens
  }
  return tokens
}

/** Gathers the events of one choice. */
export class ChoiceCollector {
  text = ''
  reasoning = ''
  /** Its place in the queue, 1 is next; null while it does not wait there. */
  queuePosition: number | null = null
  /** Whether anything was told of it. */
  hasBegun = false
  readonly toolCalls: { id: string; name: string; arguments: string }[] = []
  #logprobs: TokenLogprob[] | null = null
  #prompt = { promptTokens: 0, cachedTokens: 0, truncatedTokens: 0 }
  #tokens = 0
  #end: Extract<EngineEvent, { kind: 'done' }> | undefined

  /** What it has cost so far, also when it never comes to its end. */
  get usage(): Usage {
    return this.#end?.usage ?? { ...this.#prompt, completionTokens: this.#tokens }
  }

  /** Takes the next event. */
  add(event: EngineEvent): void {
    this.hasBegun = true
    this.queuePosition = event.kind === 'queued' ? event.position : null
    switch (event.kind) {
      case 'queued':
      case 'loading':
        break
      case 'started': {
        const { promptTokens, cachedTokens, truncatedTokens } = event
        this.#prompt = { promptTokens, cachedTokens, truncatedTokens }
        break
      }
      case 'text':
        this.#tokens += event.tokens
        this.text += event.text
        if (event.logprobs) this.#logprobs = [...(this.#logprobs ?? []), ...event.logprobs]
        break
      case 'reasoning':
        this.#tokens += event.tokens
        this.reasoning += event.text
        break
      case 'tool':
        this.#tokens += event.tokens
        this.#addToCall(event)
        break
      case 'done':
        this.#end = event
    }
  }

  /** The whole, once `done` has come. */
  result(): ChoiceResult | undefined {
    if (!this.#end) return undefined
    const { finishReason, stopText, usage, timings } = this.#end
    return {
      text: this.text,
      reasoning: this.reasoning,
      toolCalls: this.toolCalls,
      logprobs: this.#logprobs,
      finishReason,
      ...(stopText === undefined ? {} : { stopText }),
      usage,
      timings,
    }
  }

  #addToCall(event: Extract<EngineEvent, { kind: 'tool' }>): void {
    const call = this.toolCalls[event.index] ?? { id: '', name: '', arguments: '' }
    this.toolCalls[event.index] = {
      id: event.id ?? call.id,
      name: event.name ?? call.name,
      arguments: call.arguments + event.argumentsDelta,
    }
  }
}

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
