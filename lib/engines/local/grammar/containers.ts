import type { SchemaGrammar } from './json-schema'
import { listOf, member, SEPARATOR } from './json-values'
import { type GrammarRules, literal, repeat } from './rules'
import { type Keywords, readKeywords, type Schema, unsupported } from './schema-keywords'

/** GBNF for an object. Only members that are declared are written, unless none is. @throws AppError `unsupported_schema` */
export function objectRule(grammar: SchemaGrammar, keywords: Keywords): string {
  const properties = declared(keywords)
  const { required = [], minProperties = 0, maxProperties } = keywords
  const names = Object.keys(properties)
  if (names.length === 0) return mapRule(grammar, keywords)
  const needed = new Set(required)
  const always = names.filter((name) => needed.has(name))
  if (minProperties > always.length)
    throw unsupported('`minProperties` above the number of required properties')
  if (maxProperties !== undefined && maxProperties < always.length)
    throw unsupported('`maxProperties` below the number of required properties')
  const written = maxProperties !== undefined && maxProperties < names.length ? always : names
  const members = written
    .filter((name) => properties[name] !== false || needed.has(name))
    .map((name) => ({
      text: member(literal(JSON.stringify(name)), grammar.rule(properties[name] ?? true)),
      required: needed.has(name),
    }))
  return `"{" ${membersRule(grammar.rules, members)} "}"`
}

/** The members that have a name: those of `properties`, the required ones, and those that `propertyNames` lists. */
export function declared(keywords: Keywords): Record<string, Schema> {
  const { properties = {}, required = [], additionalProperties, propertyNames } = keywords
  const names = typeof propertyNames === 'object' ? readKeywords(propertyNames) : {}
  if (propertyNames === false && Object.keys(properties).length + required.length > 0)
    throw unsupported('`propertyNames` that allow no name')
  const listed = (names.enum ?? ('const' in names ? [names.const] : [])).filter(
    (name) => typeof name === 'string',
  )
  const more = [...required, ...listed].filter((name) => !Object.hasOwn(properties, name))
  if (more.length > 0 && additionalProperties === false)
    throw unsupported(`\`required\` without a property \`${more[0]}\``)
  return {
    ...properties,
    ...Object.fromEntries(more.map((name) => [name, additionalProperties ?? true])),
  }
}

/** An object with names of any kind. */
function mapRule(grammar: SchemaGrammar, keywords: Keywords): string {
  const { additionalProperties = true, propertyNames = true, unevaluatedProperties } = keywords
  const { minProperties = 0, maxProperties } = keywords
  if (
    additionalProperties === false ||
    propertyNames === false ||
    unevaluatedProperties === false
  ) {
    if (minProperties > 0) throw unsupported('`minProperties` without properties')
    return '"{}"'
  }
  // Names could be written twice, and count once then.
  if (minProperties > 1) throw unsupported('`minProperties` above 1 without properties')
  if (
    propertyNames === true &&
    additionalProperties === true &&
    minProperties === 0 &&
    maxProperties === undefined
  )
    return grammar.any.object
  grammar.rules.visitRepetition(maxProperties ?? 0)
  const name = propertyNames === true ? {} : readKeywords(propertyNames)
  const entry = member(
    grammar.ruleOf({ ...name, type: 'string' }),
    grammar.rule(additionalProperties),
  )
  return `"{" ${listOf(entry, minProperties, maxProperties)} "}"`
}

export type Member = { text: string; required: boolean }

/**
 * The members of an object in their order, those that are not required left out or not. Two rules for each position, one
 * for when nothing stands before it and one for when a comma is due, so the grammar grows with the number of members only.
 */
export function membersRule(rules: GrammarRules, members: readonly Member[]): string {
  let next = { first: '""', later: '""' }
  for (const { text, required } of [...members].reverse()) {
    const taken = `${text} ${next.later}`
    const takenLater = `${SEPARATOR} ${text} ${next.later}`
    next = {
      first: rules.add(required ? taken : `${taken} | ${next.first}`),
      later: rules.add(required ? takenLater : `${takenLater} | ${next.later}`),
    }
  }
  return next.first
}

/**
 * GBNF for an array. A tuple has all of its items, and more only when a schema says which.
 * @throws AppError `unsupported_schema`
 */
export function arrayRule(grammar: SchemaGrammar, keywords: Keywords): string {
  const { prefixItems = [], minItems = 0, maxItems } = keywords
  const tuple = prefixItems.slice(0, maxItems)
  const needed = minItems - tuple.length
  const { items = tuple.length === 0 || needed > 0 } = keywords
  if (maxItems !== undefined && maxItems < minItems)
    throw unsupported('`maxItems` below `minItems`')
  if (items === false && needed > 0)
    throw unsupported('`minItems` above the number of items that are described')
  grammar.rules.visitRepetition(Math.max(minItems, maxItems ?? 0))
  const first = tuple.map((schema) => grammar.rule(schema)).join(` ${SEPARATOR} `)
  if (items === false || maxItems === tuple.length) return `"[" ${first} "]"`
  const item = grammar.rule(items)
  if (tuple.length === 0) return `"[" ${listOf(item, minItems, maxItems)} "]"`
  const most = maxItems === undefined ? undefined : maxItems - tuple.length
  return `"[" ${first} ${repeat(`${SEPARATOR} ${item}`, Math.max(0, needed), most)} "]"`
}
