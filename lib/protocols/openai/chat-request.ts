import type { GenerateRequest, OutputFormat, Prompt } from '@/lib/engines/types'
import { invalid } from '@/lib/platform/errors'
import { toLimits, toSampling } from '@/lib/protocols/shared/sampling'
import { toMessages } from './messages'
import type { ChatBody } from './schemas/chat'
import type { WireResponseFormat } from './schemas/tools'
import { toTools } from './tools'

/**
 * One request of the engine for each choice of a chat completion.
 * @throws AppError naming the field when fields contradict one another.
 */
export function toChatRequests(body: ChatBody, client: string): GenerateRequest[] {
  refuseContradictions(body)
  const prompt: Prompt = {
    kind: 'chat',
    messages: toMessages(body.messages),
    ...toTools(body.tools ?? [], body.tool_choice, body.parallel_tool_calls ?? true),
  }
  return Array.from({ length: body.n ?? 1 }, (_, choice) => ({
    model: body.model,
    prompt,
    sampling: toSampling(body, choice),
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
    format: toFormat(body.response_format),
    logprobs: body.logprobs ? (body.top_logprobs ?? 0) : undefined,
    client,
    ...toLimits(body),
  }))
}

function refuseContradictions(body: ChatBody): void {
  if (body.top_logprobs != null && !body.logprobs)
    throw invalid('`top_logprobs` needs `logprobs` to be true.', 'top_logprobs')
  if (body.stream_options && !body.stream)
    throw invalid('`stream_options` needs `stream` to be true.', 'stream_options')
}

function toFormat(format: WireResponseFormat | null | undefined): OutputFormat {
  switch (format?.type) {
    case undefined:
    case 'text':
      return { kind: 'text' }
    case 'json_object':
      return { kind: 'json' }
    case 'json_schema':
      return format.json_schema.schema
        ? { kind: 'schema', schema: format.json_schema.schema }
        : { kind: 'json' }
  }
}
