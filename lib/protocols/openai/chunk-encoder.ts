import type { ChoiceSoFar, StreamEncoder } from '@/lib/engines/generation-output'
import type { EngineEvent, FinishReason } from '@/lib/engines/types'
import type { AppError } from '@/lib/platform/errors'
import { type Measured, toTimings, toUsage } from '@/lib/protocols/shared/report'
import type { ResetReason, SseEvent, SseFrame } from '@/lib/sse/types'
import { LoadingSteps } from '../shared/report'

export type TextEvent = Extract<EngineEvent, { kind: 'text' }>
export type ReasoningEvent = Extract<EngineEvent, { kind: 'reasoning' }>
export type ToolEvent = Extract<EngineEvent, { kind: 'tool' }>

/** What every chunk of a stream repeats. `created` is in seconds since 1970. */
export type ChunkHead = { id: string; object: string; created: number; model: string }

/** How an endpoint writes one choice of a chunk; null writes nothing. */
export type ChunkStyle = {
  begin(index: number): object | null
  /** `offset` is how many characters of the answer came before. */
  text(index: number, event: TextEvent, offset: number): object
  reasoning(index: number, event: ReasoningEvent): object | null
  tool(index: number, event: ToolEvent): object | null
  end(index: number, reason: FinishReason): object
  /** All of it until now. */
  soFar(index: number, choice: ChoiceSoFar): object
}

type Options = { choices: number; choicesPerPrompt: number; includeUsage: boolean }

/**
 * Writes the events of a generation as chunks of the OpenAI API. Only chunks and the closing `[DONE]`
 * are sent: its clients parse every frame as a chunk, whatever its event name. What else there is to say are comments.
 */
export class ChunkEncoder implements StreamEncoder {
  readonly #loading = new LoadingSteps()
  readonly #measured = new Map<number, Measured>()
  readonly #offsets = new Map<number, number>()
  readonly #head: ChunkHead
  readonly #style: ChunkStyle
  readonly #options: Options

  constructor(head: ChunkHead, style: ChunkStyle, options: Options) {
    this.#head = head
    this.#style = style
    this.#options = options
  }

  /** The frames that one event becomes. */
  encode(input: { choice: number; event: EngineEvent } | { error: AppError }): SseFrame[] {
    if ('error' in input) return [{ data: JSON.stringify(input.error.toBody()) }]
    const { choice: index, event } = input
    switch (event.kind) {
      case 'queued':
        // The first choice begins first; where the others wait as well would be said for each of them at every step.
        return index === 0 ? [{ comment: `queued, position ${event.position}` }] : []
      case 'loading':
        return this.#loading.take(event.progress)
          ? [{ comment: `loading, ${Math.round(event.progress * 100)} %` }]
          : []
      case 'started':
        return this.#chunk(this.#style.begin(index))
      case 'text':
        return this.#chunk(this.#style.text(index, event, this.#advance(index, event.text)))
      case 'reasoning':
        return this.#chunk(this.#style.reasoning(index, event))
      case 'tool':
        return this.#chunk(this.#style.tool(index, event))
      case 'done':
        this.#measured.set(index, event)
        return this.#end(index, event.finishReason)
    }
  }

  /** Nothing: the answer so far is in the `reset` itself. */
  snapshot(): SseEvent[] {
    return []
  }

  /** A chunk with all choices until now: a client that reads every frame as a chunk then gets nothing that is none. */
  resetData(reason: ResetReason, choices: readonly ChoiceSoFar[]): string {
    const whole = choices.map((choice, index) => this.#style.soFar(index, choice))
    return this.#frame({ choices: whole, ...this.#noUsage(), reset: reason }).data
  }

  #advance(index: number, text: string): number {
    const offset = this.#offsets.get(index) ?? 0
    this.#offsets.set(index, offset + text.length)
    return offset
  }

  #end(index: number, reason: FinishReason): SseEvent[] {
    const { choices, choicesPerPrompt, includeUsage } = this.#options
    const last = this.#style.end(index, reason)
    if (this.#measured.size < choices) return this.#chunk(last)
    const measured = [...this.#measured].sort(([a], [b]) => a - b).map(([, value]) => value)
    const timings = toTimings(measured)
    const usage = toUsage(measured, choicesPerPrompt)
    return [
      ...this.#chunk(last, { timings }),
      ...(includeUsage ? [this.#frame({ choices: [], usage, timings })] : []),
      { data: '[DONE]' },
    ]
  }

  #chunk(choice: object | null, more: object = {}): SseEvent[] {
    if (!choice) return []
    return [this.#frame({ choices: [choice], ...this.#noUsage(), ...more })]
  }

  #noUsage(): object {
    return this.#options.includeUsage ? { usage: null } : {}
  }

  #frame(body: object): SseEvent {
    return { data: JSON.stringify({ ...this.#head, ...body }) }
  }
}
