import { AppError, isAppError } from '@/lib/platform/errors'
import type { OutputFormat, ToolChoice, ToolDefinition } from '../../types'
import { SchemaGrammar } from './json-schema'
import { anyJson, SPACE } from './json-values'
import { either, GrammarRules, literal } from './rules'
import { type Keywords, readKeywords, unsupported } from './schema-keywords'
import { merge } from './schema-merge'

/** Calls that one answer may make when it may make several. */
const MAX_CALLS = 8

type Wanted = {
  format: OutputFormat
  tools: readonly ToolDefinition[]
  toolChoice: ToolChoice
  parallelToolCalls: boolean
}

/** Whether an answer must follow a grammar. */
export function isHeld(wanted: Wanted): boolean {
  return wanted.format.kind !== 'text' || mustCall(wanted)
}

function mustCall({ tools, toolChoice }: Wanted): boolean {
  return tools.length > 0 && toolChoice !== 'auto' && toolChoice !== 'none'
}

/**
 * The grammar that an answer must follow, in GBNF; undefined when it is free. A call that is required is written
 * as `<tool_call>{"name": …, "arguments": …}</tool_call>`, which `ToolCallParser` reads, whatever the model.
 * @throws AppError `unsupported_schema`
 */
export function outputGrammar(wanted: Wanted): string | undefined {
  const { tools, toolChoice, format } = wanted
  if (mustCall(wanted)) {
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
      const { schema } = format
      const rules = new GrammarRules()
      return rules.toText(refuseTooDeep(() => new SchemaGrammar(rules, schema).rule(schema)))
    }
  }
}

/** A listed value can be deeper than what JSON can be written of. */
function refuseTooDeep<T>(write: () => T): T {
  try {
    return write()
  } catch (error) {
    if (error instanceof RangeError) throw unsupported('values of too many levels')
    throw error
  }
}

function callGrammar(tools: readonly ToolDefinition[], several: boolean): string {
  const rules = new GrammarRules()
  const calls = tools.map(({ name, parameters }) => {
    const values = argumentsRule(rules, parameters ?? {})
    return rules.add(
      `${literal(`{"name": ${JSON.stringify(name)}, "arguments":`)} ${SPACE} ${values} "}"`,
    )
  })
  const call = rules.add(`"<tool_call>" ${either(calls)} "</tool_call>"`)
  return rules.toText(several ? `${call} ("\\n"? ${call}){0,${MAX_CALLS - 1}}` : call)
}

/**
 * The rule for a tool's arguments: an object always, and an empty one where nothing is declared.
 * @throws AppError `unsupported_schema`, which names `tools`
 */
function argumentsRule(rules: GrammarRules, schema: Record<string, unknown>): string {
  try {
    const declared = readKeywords(schema)
    const { type: _, ...said } = declared
    const empty: Keywords = Object.keys(said).length === 0 ? { additionalProperties: false } : {}
    return refuseTooDeep(() =>
      new SchemaGrammar(rules, schema).ruleOf(merge(declared, { type: 'object', ...empty })),
    )
  } catch (error) {
    if (!isAppError(error)) throw error
    const { code, status, hint } = error
    throw new AppError(error.message, { code, status, hint, param: 'tools', cause: error })
  }
}
