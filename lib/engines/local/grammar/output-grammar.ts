import type { OutputFormat, ToolChoice, ToolDefinition } from '../../types'
import { COMMON_WRITTEN } from '../templates/reading/families'
import type { WrittenCalls } from '../templates/reading/written-calls'
import { callsRule, restOfCallRule } from './family-calls'
import { SchemaGrammar } from './json-schema'
import { anyJson } from './json-values'
import { either, GrammarRules, literal, refuseTooDeep } from './rules'

type Wanted = {
  format: OutputFormat
  tools: readonly ToolDefinition[]
  toolChoice: ToolChoice
  parallelToolCalls: boolean
}

/** How the model's family writes what a grammar allows. */
export type AnswerForm = {
  calls: WrittenCalls
  /** What it writes before an answer that is no call. */
  start: string
  /** What stands before: a text that the model has to begin with, after a thought; null at the beginning. */
  afterThought: string | null
  /** The mark with which it may begin a thought instead; then the grammar ends. */
  thought: string | null
}

const COMMON: AnswerForm = { calls: COMMON_WRITTEN, start: '', afterThought: null, thought: null }

/** Line ends between a thought and what follows. */
const GAP = '[ \\n]{0,3}'
const ANYTHING = '[^\\x00]*'

/** Whether an answer must follow a grammar. */
export function isHeld(wanted: Wanted): boolean {
  return wanted.format.kind !== 'text' || mustCall(wanted)
}

function mustCall({ tools, toolChoice }: Wanted): boolean {
  return tools.length > 0 && toolChoice !== 'auto' && toolChoice !== 'none'
}

/**
 * The grammar that an answer must follow, in GBNF; undefined when it is free. Calls are written in the form of the
 * model's family. Where the model may call and its answers have a format, it is one or the other.
 * @throws AppError `unsupported_schema`
 */
export function outputGrammar(wanted: Wanted, form: AnswerForm = COMMON): string | undefined {
  if (!isHeld(wanted)) return undefined
  const { tools, toolChoice, format, parallelToolCalls } = wanted
  const rules = new GrammarRules()
  const answers: string[] = []
  if (!mustCall(wanted)) answers.push(`${start(form.start)}${formatRule(rules, format)}`)
  if (tools.length > 0 && toolChoice !== 'none') {
    const allowed =
      typeof toolChoice === 'object' ? tools.filter(({ name }) => name === toolChoice.name) : tools
    const several = parallelToolCalls && typeof toolChoice !== 'object'
    answers.push(callsRule(rules, form.calls, allowed, several))
  }
  // Its mark may share a token with what comes after, where the grammar holds no more.
  if (form.thought !== null) answers.push(`${literal(form.thought)} ${ANYTHING}`)
  const gap =
    form.afterThought === null
      ? ''
      : `${GAP} ${form.afterThought === '' ? '' : `${literal(form.afterThought)} ${GAP} `}`
  return rules.toText(gap + either(answers))
}

/**
 * The grammar for the rest of a call that the model has begun by itself, as far as its tools are strict; undefined where
 * it has begun none.
 * @throws AppError `unsupported_schema`
 */
export function strictGrammar(
  tools: readonly ToolDefinition[],
  calls: WrittenCalls,
  begun: string,
): string | undefined {
  const rules = new GrammarRules()
  const root = restOfCallRule(rules, calls, tools.map(asStrict), begun)
  return root === undefined ? undefined : rules.toText(root)
}

/** The arguments of a tool that is not strict may be any. */
function asStrict(tool: ToolDefinition): ToolDefinition {
  if (tool.strict) return tool
  const names = Object.keys(tool.parameters?.properties ?? {})
  const properties = Object.fromEntries(names.map((name) => [name, {}]))
  return { ...tool, parameters: { type: 'object', properties, additionalProperties: true } }
}

const start = (text: string): string => (text === '' ? '' : `${literal(text)} `)

function formatRule(rules: GrammarRules, format: OutputFormat): string {
  if (format.kind !== 'schema') return anyJson(rules).object
  const { schema } = format
  return refuseTooDeep(() => new SchemaGrammar(rules, schema).rule(schema))
}
