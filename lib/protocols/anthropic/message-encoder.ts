import type { StreamEncoder } from '@/lib/engines/generation-output'
import type { EngineEvent } from '@/lib/engines/types'
import type { AppError } from '@/lib/platform/errors'
import type { SseEvent, SseFrame } from '@/lib/sse/types'
import { LoadingSteps } from '../shared/report'
import {
  emptyMessage,
  type MessageHead,
  signatureOf,
  toAnthropicError,
  toEnd,
  toMessageUsage,
} from './answer'

/** A block of the answer and all of it so far; `text` is the JSON of a call's input. */
type Block =
  | { type: 'text' | 'thinking'; text: string }
  | { type: 'tool_use'; text: string; call: number; id: string; name: string }

/**
 * Writes the events of a generation as those of Anthropic's Messages API. Its clients go by the names of events, and
 * need each block to be begun before its deltas.
 * @see https://docs.anthropic.com/en/docs/build-with-claude/streaming
 */
export class MessageEncoder implements StreamEncoder {
  readonly #loading = new LoadingSteps()
  readonly #blocks: Block[] = []
  #usage = { promptTokens: 0, cachedTokens: 0, completionTokens: 0 }
  #isOpen = false
  readonly #head: MessageHead
  readonly #requestId: string | null

  constructor(head: MessageHead, requestId: string | null) {
    this.#head = head
    this.#requestId = requestId
  }

  encode(input: { choice: number; event: EngineEvent } | { error: AppError }): SseFrame[] {
    if ('error' in input) return [named(toAnthropicError(input.error, this.#requestId))]
    const { event } = input
    switch (event.kind) {
      case 'queued':
        return [{ comment: `queued, position ${event.position}` }]
      case 'loading':
        return this.#loading.take(event.progress)
          ? [{ comment: `loading, ${Math.round(event.progress * 100)} %` }]
          : []
      case 'started':
        this.#usage = { ...this.#usage, ...event }
        return [this.#messageStart(), named({ type: 'ping' })]
      case 'text':
        return event.text ? this.#add('text', event.text) : []
      case 'reasoning':
        return event.text ? this.#add('thinking', event.text) : []
      case 'tool':
        return this.#addToCall(event)
      case 'done':
        return [...this.#close(), ...this.#end(event)]
    }
  }

  /** All of it so far, as if it came now. The last block stays open for what follows. */
  snapshot(): SseEvent[] {
    const blocks = this.#blocks.flatMap((block, index) => {
      const isLast = index === this.#blocks.length - 1
      return [
        blockStart(index, block),
        delta(index, block, block.text),
        ...(isLast && this.#isOpen ? [] : blockEnd(index, block)),
      ]
    })
    return [this.#messageStart(), ...blocks]
  }

  #messageStart(): SseEvent {
    const usage = toMessageUsage(this.#usage)
    return named({ type: 'message_start', message: { ...emptyMessage(this.#head), usage } })
  }

  #add(type: 'text' | 'thinking', text: string): SseEvent[] {
    const last = this.#blocks.at(-1)
    if (this.#isOpen && last?.type === type) return this.#append(last, text)
    const block: Block = { type, text: '' }
    return [...this.#begin(block), ...this.#append(block, text)]
  }

  #addToCall(event: Extract<EngineEvent, { kind: 'tool' }>): SseEvent[] {
    const last = this.#blocks.at(-1)
    if (this.#isOpen && last?.type === 'tool_use' && last.call === event.index)
      return this.#append(last, event.argumentsDelta)
    const { index: call, id = '', name = '' } = event
    const block: Block = { type: 'tool_use', text: '', call, id, name }
    return [...this.#begin(block), ...this.#append(block, event.argumentsDelta)]
  }

  #begin(block: Block): SseEvent[] {
    const closed = this.#close()
    this.#blocks.push(block)
    this.#isOpen = true
    return [...closed, blockStart(this.#blocks.length - 1, block)]
  }

  #append(block: Block, text: string): SseEvent[] {
    block.text += text
    return text ? [delta(this.#blocks.length - 1, block, text)] : []
  }

  #close(): SseEvent[] {
    const last = this.#blocks.at(-1)
    if (!last || !this.#isOpen) return []
    this.#isOpen = false
    return blockEnd(this.#blocks.length - 1, last)
  }

  #end(event: Extract<EngineEvent, { kind: 'done' }>): SseEvent[] {
    return [
      named({ type: 'message_delta', delta: toEnd(event), usage: toMessageUsage(event.usage) }),
      named({ type: 'message_stop' }),
    ]
  }
}

function blockStart(index: number, block: Block): SseEvent {
  return named({ type: 'content_block_start', index, content_block: emptyBlock(block) })
}

function emptyBlock(block: Block): object {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: '', citations: null }
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' }
    case 'tool_use':
      return { type: 'tool_use', id: block.id, name: block.name, input: {} }
  }
}

function delta(index: number, { type }: Block, text: string): SseEvent {
  return named({ type: 'content_block_delta', index, delta: deltaOf(type, text) })
}

function deltaOf(type: Block['type'], text: string): object {
  switch (type) {
    case 'text':
      return { type: 'text_delta', text }
    case 'thinking':
      return { type: 'thinking_delta', thinking: text }
    case 'tool_use':
      return { type: 'input_json_delta', partial_json: text }
  }
}

function blockEnd(index: number, { type, text }: Block): SseEvent[] {
  const signature = { type: 'signature_delta', signature: signatureOf(text) }
  return [
    ...(type === 'thinking'
      ? [named({ type: 'content_block_delta', index, delta: signature })]
      : []),
    named({ type: 'content_block_stop', index }),
  ]
}

type EventData = { type: string; [field: string]: unknown }

function named(data: EventData): SseEvent {
  return { event: data.type, data: JSON.stringify(data) }
}
