import type { GenerateRequest, OutputFormat, Prompt, ToolDefinition } from '@/lib/engines/types'
import { invalid } from '@/lib/platform/errors'
import { refuseUnknown, toLimits, toSampling, toToolFields } from '../shared/request-fields'
import { toMessages } from './messages'
import type { WireResponseFormat, WireTool, WireToolChoice } from './schemas/messages'
import type { ChatBody } from './schemas/requests'

/**
 * One request of the engine for each choice of a chat completion.
 * @throws AppError naming the field when fields contradict one another.
 */
export function toChatRequests(body: ChatBody, client: string): GenerateRequest[] {
  refuseContradictions(body)
  const prompt: Prompt = {
    kind: 'chat',
    messages: toMessages(body.messages),
    ...toThinking(body),
    ...toTools(body.tools ?? [], body.tool_choice, body.parallel_tool_calls ?? true),
  }
  return Array.from({ length: body.n ?? 1 }, (_, choice) => ({
    model: body.model,
    prompt,
    sampling: toSampling(body, choice),
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
    reasoningBudget: body.reasoning_budget ?? undefined,
    format: toFormat(body.response_format),
    logprobs: body.logprobs ? (body.top_logprobs ?? 0) : undefined,
    client,
    ...toLimits(body),
  }))
}

/** `enable_thinking` is how most families call it; it is meant for those too that call it otherwise. */
function toThinking({ reasoning_effort: effort, chat_template_kwargs: variables }: ChatBody) {
  const enabled = variables?.enable_thinking
  const thinking = {
    ...(typeof enabled === 'boolean' ? { enabled } : {}),
    ...(effort ? { effort } : {}),
  }
  return {
    ...(Object.keys(thinking).length > 0 ? { thinking } : {}),
    ...(variables ? { templateVariables: variables } : {}),
  }
}

function refuseContradictions(body: ChatBody): void {
  if (body.top_logprobs != null && !body.logprobs)
    throw invalid('`top_logprobs` needs `logprobs` to be true.', 'top_logprobs')
  if (body.reasoning_budget && body.reasoning_effort === 'none')
    throw invalid(
      '`reasoning_budget` gives tokens to thought, which `reasoning_effort` switches off.',
      'reasoning_budget',
    )
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

/**
 * The tools that the model may call, and whether it must.
 * @throws AppError as `toToolFields`.
 */
function toTools(
  wire: readonly WireTool[],
  choice: WireToolChoice | null | undefined,
  parallel: boolean,
) {
  const tools = wire.map(toDefinition)
  if (choice == null || typeof choice === 'string')
    return toToolFields(tools, choice ?? undefined, parallel)
  if (choice.type === 'function')
    return toToolFields(tools, { name: choice.function.name }, parallel)
  const { mode, tools: allowed } = choice.allowed_tools
  const names = new Set(allowed.map((tool) => tool.function.name))
  refuseUnknown([...names], new Set(tools.map(({ name }) => name)))
  return toToolFields(
    tools.filter(({ name }) => names.has(name)),
    mode,
    parallel,
  )
}

function toDefinition({ function: tool }: WireTool): ToolDefinition {
  return {
    name: tool.name,
    ...(tool.description ? { description: tool.description } : {}),
    ...(tool.parameters ? { parameters: tool.parameters } : {}),
    ...(tool.strict == null ? {} : { strict: tool.strict }),
  }
}
