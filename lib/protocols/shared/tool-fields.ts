import type { Prompt, ToolChoice, ToolDefinition } from '@/lib/engines/types'
import { invalid } from '@/lib/platform/errors'

type ToolFields = Pick<
  Extract<Prompt, { kind: 'chat' }>,
  'tools' | 'toolChoice' | 'parallelToolCalls'
>

/**
 * The tools that the model may call, and whether it must; nothing without tools.
 * @throws AppError `invalid_request` when two have one name, or the choice names one that is not there.
 */
export function toToolFields(
  tools: readonly ToolDefinition[],
  choice: ToolChoice | undefined,
  parallelToolCalls: boolean,
): ToolFields {
  if (tools.length === 0) {
    // Many clients send what they always send, and have no tools this time.
    if (choice === undefined || choice === 'none' || choice === 'auto') return {}
    throw invalid('`tool_choice` needs `tools`.', 'tool_choice')
  }
  const names = new Set(tools.map(({ name }) => name))
  if (names.size < tools.length) throw invalid('Two tools have the same name.', 'tools')
  if (typeof choice === 'object') refuseUnknown([choice.name], names)
  return { tools, toolChoice: choice ?? 'auto', parallelToolCalls }
}

/** @throws AppError naming a tool that a choice names and nobody offers. */
export function refuseUnknown(wanted: readonly string[], offered: ReadonlySet<string>): void {
  for (const name of wanted)
    if (!offered.has(name))
      throw invalid(
        `\`tool_choice\` names the tool \`${name}\`, which is not in \`tools\`.`,
        'tool_choice',
      )
}
