import { AppError, isAppError } from '@/lib/platform/errors'
import type { ToolDefinition } from '../../types'
import {
  HOLE,
  restOfLead,
  type ValueType,
  type WrittenArguments,
  type WrittenCalls,
} from '../templates/reading/written-calls'
import { declared, membersRule } from './containers'
import { SchemaGrammar } from './json-schema'
import { either, type GrammarRules, literal, refuseTooDeep } from './rules'
import { type Keywords, readKeywords, type Schema } from './schema-keywords'
import { merge } from './schema-merge'

/** Calls that one answer may make when it may make several. */
const MAX_CALLS = 8

/**
 * The rule for calls of these tools as a family writes them, up to where its turn ends.
 * @throws AppError `unsupported_schema`, which names `tools`
 */
export function callsRule(
  rules: GrammarRules,
  written: WrittenCalls,
  tools: readonly ToolDefinition[],
  several: boolean,
): string {
  const bodies = tools.map((tool) => ({ tool, body: bodyRule(rules, written, tool) }))
  const calls = (lead: string) =>
    rules.add(
      either(bodies.map(({ tool, body }) => `${text(lead, tool)} ${literal(tool.name)} ${body}`)),
    )
  const last = text(written.last, undefined)
  const first = calls(written.first)
  if (!several || written.next === null) return rules.add(`${first} ${last}`)
  return rules.add(`${first} (${calls(written.next)}){0,${MAX_CALLS - 1}} ${last}`)
}

/** What follows the name of a function: its arguments. */
const bodyRule = (rules: GrammarRules, written: WrittenCalls, tool: ToolDefinition): string =>
  rules.add(
    `${text(written.afterName, tool)} ${argumentsRule(rules, tool.parameters ?? {}, written.arguments)}`,
  )

/**
 * The rule for the rest of a call of which `begun` has been written, up to where it closes or the next one begins;
 * undefined where that is no beginning of one.
 * @throws AppError `unsupported_schema`, which names `tools`
 */
export function restOfCallRule(
  rules: GrammarRules,
  written: WrittenCalls,
  tools: readonly ToolDefinition[],
  begun: string,
): string | undefined {
  const [rest, name] = restOfLead(written, begun) ?? []
  if (rest === undefined || name === undefined) return undefined
  const calls = tools
    .filter((tool) => tool.name.startsWith(name))
    .map(
      (tool) =>
        `${text(rest, tool)} ${literal(tool.name.slice(name.length))} ${bodyRule(rules, written, tool)}`,
    )
  if (calls.length === 0) return undefined
  const ends = [written.last, ...(written.next === null ? [] : [written.next])]
  // The name of the next function may be any: that call is held anew.
  const end = either(ends.map((each) => text(each.split(HOLE.name)[0] ?? '', undefined)))
  return rules.add(`${either(calls)} ${end}`)
}

/** A written text, with its holes filled. */
function text(written: string, tool: ToolDefinition | undefined): string {
  const parts = written.split(/([\ue000-\ue002])/).filter(Boolean)
  if (parts.length === 0) return '""'
  return parts
    .map((part) => {
      switch (part) {
        case HOLE.name:
          return literal(tool?.name ?? '')
        case HOLE.id:
          return '[a-zA-Z0-9]{9}'
        case HOLE.count:
          return '[0-9]{1,2}'
        default:
          return literal(part)
      }
    })
    .join(' ')
}

/** An object always, and an empty one where nothing is declared. */
function argumentsRule(
  rules: GrammarRules,
  schema: Record<string, unknown>,
  form: WrittenArguments,
): string {
  try {
    const declaredKeywords = readKeywords(schema)
    const { type: _, ...said } = declaredKeywords
    const empty: Keywords = Object.keys(said).length === 0 ? { additionalProperties: false } : {}
    const grammar = new SchemaGrammar(rules, schema)
    const keywords = merge(declaredKeywords, { type: 'object', ...empty })
    return refuseTooDeep(() => writtenArguments(grammar, keywords, form))
  } catch (error) {
    if (!isAppError(error)) throw error
    const { code, status, hint } = error
    throw new AppError(error.message, { code, status, hint, param: 'tools', cause: error })
  }
}

/** The rule for all arguments of a call. */
function writtenArguments(
  grammar: SchemaGrammar,
  keywords: Keywords,
  form: WrittenArguments,
): string {
  if (form.kind === 'json') return grammar.ruleOf(keywords)
  if (keywords.$ref !== undefined || keywords.allOf)
    return writtenArguments(grammar, grammar.resolved(keywords), form)
  const choices = keywords.anyOf ?? keywords.oneOf
  if (choices)
    return either(
      choices.map((choice) => writtenArguments(grammar, grammar.resolved(choice), form)),
    )
  const properties = Object.entries(declared(keywords)).filter(([, schema]) => schema !== false)
  const needed = new Set(keywords.required)
  const members = properties.map(([name, schema]) => ({
    text: argument(grammar, name, schema, form),
    required: needed.has(name),
  }))
  if (form.kind === 'literal') return membersRule(grammar.rules, members)
  const rules = members.map((member) => grammar.rules.add(member.text))
  return rules.map((rule, at) => (members[at]?.required ? rule : `${rule}?`)).join(' ') || '""'
}

function argument(
  grammar: SchemaGrammar,
  name: string,
  schema: Schema,
  form: Exclude<WrittenArguments, { kind: 'json' }>,
): string {
  switch (form.kind) {
    case 'literal': {
      const { assign, dialect } = form.form
      const [quote = '"'] = dialect.quotes
      const text: WriteText = (keywords) => quoted(grammar, keywords, quote, assign === '=')
      const values = valuesOf(grammar, grammar.resolved(schema), text)
      return `${literal(name + assign)} ${either(values.map(({ rule }) => rule))}`
    }
    case 'nested': {
      const text: WriteText = (keywords) => rawText(grammar, keywords, form.prefix)
      const values = valuesOf(grammar, grammar.resolved(schema), text)
      const [open, end] = [`<${name}>`, `</${name}>`].map((tag) => literal(form.prefix + tag))
      return `${open} ${either(values.map(({ rule }) => rule))} ${end}`
    }
    case 'tagged': {
      const text: WriteText = (keywords) => rawText(grammar, keywords, form.afterValue.trim())
      // Some families say the type of a value before it.
      const byMark = new Map<string, string[]>()
      for (const { type, rule } of valuesOf(grammar, grammar.resolved(schema), text)) {
        const mark = form.afterKey[type]
        byMark.set(mark, [...(byMark.get(mark) ?? []), rule])
      }
      const values = [...byMark].map(([mark, rules]) => `${literal(mark)} ${either(rules)}`)
      return `${literal(form.beforeKey + name)} ${either(values)} ${literal(form.afterValue)}`
    }
  }
}

/** How a text is written that fits some keywords. */
type WriteText = (keywords: Keywords) => string

/** The rules for what fits a schema, type by type: texts in the form of the family, all else in JSON. */
function valuesOf(
  grammar: SchemaGrammar,
  keywords: Keywords,
  writeText: WriteText,
): { type: ValueType; rule: string }[] {
  const { nullable, anyOf, oneOf, ...said } = keywords
  const more = nullable ? [{ type: 'null' as const, rule: '"null"' }] : []
  const choices = anyOf ?? oneOf
  if (choices)
    return [
      ...choices.flatMap((choice) =>
        valuesOf(grammar, merge(said, grammar.resolved(choice)), writeText),
      ),
      ...more,
    ]
  const listed = 'const' in said ? [said.const] : said.enum
  const wanted = [said.type ?? []].flat()
  const types: readonly ValueType[] = listed
    ? [...new Set(listed.map(typeOf))]
    : TYPES.filter((type) => wanted.includes(type))
  // Without quotes anything is a text.
  const implied: ValueType = said.properties
    ? 'object'
    : said.items === undefined
      ? 'string'
      : 'array'
  return [
    ...(types.length > 0 ? types : [implied]).map((type): { type: ValueType; rule: string } => {
      const of = listed ? { enum: listed.filter((value) => typeOf(value) === type) } : {}
      const { const: _, ...others } = said
      const held = { ...others, type, ...of }
      return { type, rule: type === 'string' ? writeText(held) : grammar.ruleOf(held) }
    }),
    ...more,
  ]
}

const TYPES = ['string', 'integer', 'number', 'boolean', 'null', 'array', 'object'] as const

function typeOf(value: unknown): ValueType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  const type = typeof value
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object'
}

/** A text between a family's own quotes. Python's may be JSON's as well. */
function quoted(
  grammar: SchemaGrammar,
  keywords: Keywords,
  quote: string,
  isPython: boolean,
): string {
  if (!isPython) return `${literal(quote)} ${rawText(grammar, keywords, quote)} ${literal(quote)}`
  const json = grammar.ruleOf(keywords)
  const texts = textsOf(keywords)?.filter((text) => !/['\\\n]/.test(text))
  if (texts) return either([json, ...texts.map((text) => literal(`'${text}'`))])
  const patterns = [...(keywords.patterns ?? []), "^[^'\\\\\\n]*$"]
  return either([json, `"'" ${grammar.strings.rawRule({ ...keywords, patterns }, "'")} "'"`])
}

function rawText(grammar: SchemaGrammar, keywords: Keywords, end: string): string {
  const texts = textsOf(keywords)?.filter((text) => !text.includes(end))
  if (!texts) return grammar.strings.rawRule(keywords, end)
  return either(texts.map((text) => (text === '' ? '""' : literal(text))))
}

/** The texts that are listed; undefined where others fit too. */
const textsOf = (keywords: Keywords): string[] | undefined =>
  keywords.enum?.filter((value) => typeof value === 'string')
