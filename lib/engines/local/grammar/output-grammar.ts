import { AppError, isAppError } from '@/lib/platform/errors'
import type { OutputFormat, ToolChoice, ToolDefinition } from '../../types'
import { SchemaGrammar } from './json-schema'
import { anyJson, SPACE } from './json-values'
import { either, GrammarRules, literal } from './rules'

/** Calls that one answer may make when it may make several. */
const MAX_CALLS = 8

type Wanted = {
  format: OutputFormat
  tools: readonly ToolDefinition[]
  toolChoice: ToolChoice
  parallelToolCalls: boolean
}

/**
 * The grammar that an answer must follow, in GBNF; undefined when it is free. A call that is required is written
 * as `<tool_call>{"name": …, "arguments": …}</tool_call>`, which `ToolCallParser` reads, whatever the model.
 * @throws AppError `unsupported_schema`
 */
export function outputGrammar(wanted: Wanted): string | undefined {
  const { tools, toolChoice, format } = wanted
  if (tools.length > 0 && toolChoice !== 'auto' && toolChoice !== 'none') {
    const allowed =
      typeof toolChoice === 'object' ? tools.filter(({ name }) => name === toolChoice.name) : tools
    return callGrammar(allowed, wanted.parallelToolCalls && toolChoice === 'required')
  }
  switch (format.kind) {
    case 'text':
      return undefined
    case 'json': {
      const rules = new GrammarRules()
      return rules.toText(anyJson(rules).object)
    }
    case 'schema': {
      const rules = new GrammarRules()
      return rules.toText(new SchemaGrammar(rules, format.schema).rule(format.schema))
    }
  }
}

function callGrammar(tools: readonly ToolDefinition[], several: boolean): string {
  const rules = new GrammarRules()
  const calls = tools.map(({ name, parameters }) => {
    const values = argumentsRule(rules, parameters ?? { type: 'object', properties: {} })
    return rules.add(
      `${literal(`{"name": ${JSON.stringify(name)}, "arguments":`)} ${SPACE} ${values} "}"`,
    )
  })
  const call = rules.add(`"<tool_call>" ${either(calls)} "</tool_call>"`)
  return rules.toText(several ? `${call} ("\\n"? ${call}){0,${MAX_CALLS - 1}}` : call)
}

/** The rule for a tool's arguments. @throws AppError `unsupported_schema`, which names `tools` */
function argumentsRule(rules: GrammarRules, schema: Record<string, unknown>): string {
  try {
    return new SchemaGrammar(rules, schema).rule(schema)
  } catch (error) {
    if (!isAppError(error)) throw error
    const { code, status, hint } = error
    throw new AppError(error.message, { code, status, hint, param: 'tools', cause: error })
  }
}
