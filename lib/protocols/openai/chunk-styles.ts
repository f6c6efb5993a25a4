import type { ToolCall } from '@/lib/engines/types'
import { toChatLogprobs, toCompletionLogprobs, toFinishReason } from './answers'
import type { ChunkStyle } from './chunk-encoder'

/** The chunks of `POST /v1/chat/completions`. */
export const CHAT_CHUNKS: ChunkStyle = {
  begin: (index) => ({
    index,
    delta: { role: 'assistant', content: '' },
    logprobs: null,
    finish_reason: null,
  }),
  text: (index, { text, logprobs }) => ({
    index,
    delta: { content: text },
    logprobs: logprobs ? toChatLogprobs(logprobs) : null,
    finish_reason: null,
  }),
  // The field of DeepSeek's API, which clients and other servers have taken up.
  reasoning: (index, { text }) => ({
    index,
    delta: { reasoning_content: text },
    logprobs: null,
    finish_reason: null,
  }),
  tool: (index, call) => ({
    index,
    delta: {
      tool_calls: [
        {
          index: call.index,
          ...(call.id ? { id: call.id, type: 'function' } : {}),
          function: {
            ...(call.name ? { name: call.name } : {}),
            arguments: call.argumentsDelta,
          },
        },
      ],
    },
    logprobs: null,
    finish_reason: null,
  }),
  end: (index, reason) => ({
    index,
    delta: {},
    logprobs: null,
    finish_reason: toFinishReason(reason),
  }),
  soFar: (index, { text, reasoning, toolCalls }) => ({
    index,
    delta: {
      role: 'assistant',
      content: text,
      ...(reasoning ? { reasoning_content: reasoning } : {}),
      ...(toolCalls.length > 0 ? { tool_calls: toolCalls.map(toWholeCall) } : {}),
    },
    logprobs: null,
    finish_reason: null,
  }),
}

function toWholeCall({ id, name, arguments: given }: ToolCall, index: number) {
  return { index, id, type: 'function', function: { name, arguments: given } }
}

/**
 * The chunks of `POST /v1/completions`.
 * @param echoes the prompt of each choice, when it is to be repeated before the answer
 */
export function completionChunks(echoes: readonly string[] | null): ChunkStyle {
  return {
    begin: (index) =>
      echoes ? { index, text: echoes[index] ?? '', logprobs: null, finish_reason: null } : null,
    text: (index, { text, logprobs }, offset) => ({
      index,
      text,
      logprobs: logprobs ? toCompletionLogprobs(logprobs, offset) : null,
      finish_reason: null,
    }),
    reasoning: () => null,
    tool: () => null,
    end: (index, reason) => ({
      index,
      text: '',
      logprobs: null,
      finish_reason: toFinishReason(reason),
    }),
    soFar: (index, { text }) => ({
      index,
      text: `${echoes?.[index] ?? ''}${text}`,
      logprobs: null,
      finish_reason: null,
    }),
  }
}
