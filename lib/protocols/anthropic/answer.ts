import { createHash } from 'node:crypto'
import type { ChoiceResult } from '@/lib/engines/generations'
import type { FinishReason, Usage } from '@/lib/engines/types'
import type { ContentBlock, MessageUsage, StopReason } from './schemas'

/** What every form of one answer repeats. */
export type MessageHead = { id: string; model: string }

/** The message with nothing in it, as a stream begins with it. */
export function emptyMessage({ id, model }: MessageHead) {
  return {
    id,
    type: 'message' as const,
    role: 'assistant' as const,
    model,
    content: [] as ContentBlock[],
    stop_reason: null,
    stop_sequence: null,
  }
}

/** The whole answer of `POST /v1/messages`. */
export function toMessage(head: MessageHead, choice: ChoiceResult) {
  const { reasoning, text, toolCalls } = choice
  const content: ContentBlock[] = [
    ...(reasoning
      ? [{ type: 'thinking' as const, thinking: reasoning, signature: signatureOf(reasoning) }]
      : []),
    ...(text ? [{ type: 'text' as const, text, citations: null }] : []),
    ...toolCalls.map(({ id, name, arguments: given }) => ({
      type: 'tool_use' as const,
      id,
      name,
      input: toInput(given),
    })),
  ]
  return { ...emptyMessage(head), content, ...toEnd(choice), usage: toMessageUsage(choice.usage) }
}

/** Why an answer ended, in Anthropic's words; one that was stopped from outside ends like any other. */
export function toEnd({
  finishReason,
  stopText,
}: {
  finishReason: FinishReason
  stopText?: string
}): {
  stop_reason: StopReason
  stop_sequence: string | null
} {
  const stop_sequence = finishReason === 'stop' ? (stopText ?? null) : null
  return { stop_reason: toStopReason(finishReason, stop_sequence !== null), stop_sequence }
}

function toStopReason(reason: FinishReason, byStopText: boolean): StopReason {
  switch (reason) {
    case 'length':
      return 'max_tokens'
    case 'tool_calls':
      return 'tool_use'
    case 'stop':
      return byStopText ? 'stop_sequence' : 'end_turn'
    case 'cancelled':
      return 'end_turn'
  }
}

/** Tokens as the Messages API counts them: those from the cache are no input. */
export function toMessageUsage(usage: Omit<Usage, 'truncatedTokens'>): MessageUsage {
  return {
    input_tokens: usage.promptTokens - usage.cachedTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: usage.cachedTokens,
    output_tokens: usage.completionTokens,
  }
}

/** Clients send a thought back with its signature; here it only has to be there, and the same for the same thought. */
export function signatureOf(thinking: string): string {
  return createHash('sha256').update(thinking).digest('base64')
}

type PlainError = { status: number; message: string; hint?: string | null }

const TYPE_OF_STATUS: Record<number, string> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
}

/** An error as the Messages API writes it; what to do about it stands in the message, since there is no other place. */
export function toAnthropicError(error: PlainError, requestId: string | null) {
  const type =
    TYPE_OF_STATUS[error.status] ?? (error.status < 500 ? 'invalid_request_error' : 'api_error')
  const message = error.hint ? `${error.message} ${error.hint}` : error.message
  return { type: 'error', error: { type, message }, request_id: requestId }
}

/** What a cut call has of its arguments is no JSON: the client sees `max_tokens`, and an input that is empty. */
function toInput(given: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(given)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
