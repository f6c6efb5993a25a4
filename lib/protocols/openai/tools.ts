import type { ToolChoice, ToolDefinition } from '@/lib/engines/types'
import { invalid } from '@/lib/platform/errors'
import type { WireTool, WireToolChoice } from './schemas/tools'

type ToolFields = {
  tools?: readonly ToolDefinition[]
  toolChoice?: ToolChoice
  parallelToolCalls?: boolean
}

/**
 * The tools that the model may call, and whether it must.
 * @throws AppError when the choice names a tool that is not there.
 */
export function toTools(
  wire: readonly WireTool[],
  choice: WireToolChoice | null | undefined,
  parallelToolCalls: boolean,
): ToolFields {
  const names = new Set(wire.map((tool) => tool.function.name))
  if (names.size < wire.length) throw invalid('Two tools have the same name.', 'tools')
  if (wire.length === 0) {
    // Many clients send what they always send, and have no tools this time.
    if (choice == null || choice === 'none' || choice === 'auto') return {}
    throw invalid('`tool_choice` needs `tools`.', 'tool_choice')
  }
  const tools = wire.map(toDefinition)
  if (choice == null || typeof choice === 'string')
    return { tools, toolChoice: choice ?? 'auto', parallelToolCalls }
  const named = choice.type === 'function' ? [choice] : choice.allowed_tools.tools
  for (const { function: wanted } of named)
    if (!names.has(wanted.name))
      throw invalid(
        `\`tool_choice\` names the tool \`${wanted.name}\`, which is not in \`tools\`.`,
        'tool_choice',
      )
  if (choice.type === 'function')
    return { tools, toolChoice: { name: choice.function.name }, parallelToolCalls }
  const allowed = new Set(named.map((tool) => tool.function.name))
  return {
    tools: tools.filter((tool) => allowed.has(tool.name)),
    toolChoice: choice.allowed_tools.mode,
    parallelToolCalls,
  }
}

function toDefinition({ function: tool }: WireTool): ToolDefinition {
  return {
    name: tool.name,
    ...(tool.description ? { description: tool.description } : {}),
    ...(tool.parameters ? { parameters: tool.parameters } : {}),
    ...(tool.strict == null ? {} : { strict: tool.strict }),
  }
}
