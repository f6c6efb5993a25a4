import { isDeepStrictEqual } from 'node:util'
import { arrayRule, objectRule } from './containers'
import { anyJson } from './json-values'
import { integer, isWithin, number } from './numbers'
import { either, type GrammarRules, literal } from './rules'
import { type Keywords, readKeywords, type Schema, unsupported } from './schema-keywords'
import { merge } from './schema-merge'
import { SchemaReferences } from './schema-references'
import { StringGrammar } from './strings'

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const
/** Listed values that cost a worker about as much as one part of a schema. */
const VALUES_OF_A_PART = 10
/** Schemas within schemas. */
const DEEPEST = 100

/** Turns a JSON Schema into rules for JSON texts that it accepts. Members come in the order of `properties`. */
export class SchemaGrammar {
  readonly strings: StringGrammar
  readonly any: { value: string; object: string }
  readonly #references: SchemaReferences
  readonly #named = new Map<string, string>()
  /** References that led here without a brace or a bracket between, which would lead here again without end. */
  #open = new Set<string>()
  #depth = 0

  constructor(
    readonly rules: GrammarRules,
    /** What `$ref` points into. */
    root: Record<string, unknown>,
  ) {
    this.any = anyJson(rules)
    this.strings = new StringGrammar(rules)
    this.#references = new SchemaReferences(root)
  }

  /** The rule for a schema. @throws AppError `unsupported_schema` */
  rule(schema: Schema): string {
    if (schema === false) throw unsupported('`false`')
    if (schema === true) return this.any.value
    return this.ruleOf(readKeywords(schema))
  }

  /** The rule for keywords. @throws AppError `unsupported_schema` */
  ruleOf(keywords: Keywords): string {
    return this.rules.add(this.#body(keywords))
  }

  /** What a schema says by itself, with references and `allOf` written out. @throws AppError `unsupported_schema` */
  resolved(schema: Schema): Keywords {
    if (typeof schema === 'boolean') return {}
    let expanded = this.#expand(schema)
    for (let steps = 0; expanded.$ref !== undefined || expanded.allOf; steps++) {
      if (steps > DEEPEST) throw unsupported('references that lead to themselves')
      expanded = expanded.allOf ? this.#mergeAll(expanded) : this.#expand(expanded)
    }
    return expanded
  }

  #body(keywords: Keywords): string {
    this.rules.visit()
    if (keywords.nullable) return either([this.#body({ ...keywords, nullable: false }), '"null"'])
    if (keywords.$ref !== undefined) return this.#reference(keywords.$ref, keywords)
    if (keywords.allOf) return this.#body(this.#mergeAll(keywords))
    const choices = keywords.anyOf ?? keywords.oneOf
    if (choices) return this.#alternatives(keywords, choices)
    const types = [keywords.type ?? impliedType(keywords) ?? []].flat()
    const values = 'const' in keywords ? constantOf(keywords) : keywords.enum
    if (values) return this.#values(values, types, keywords)
    if (types.length === 0) return this.any.value
    return either(types.map((type) => this.#typed(type, keywords)))
  }

  #values(values: readonly unknown[], types: readonly string[], keywords: Keywords): string {
    this.rules.visit(Math.ceil(values.length / VALUES_OF_A_PART))
    const fitting = values.filter(
      (value) =>
        (types.length === 0 || types.some((type) => hasType(value, type))) &&
        this.#isAllowed(value, keywords),
    )
    if (fitting.length === 0) throw unsupported('values of which none is allowed')
    return either(fitting.map((value) => literal(JSON.stringify(value))))
  }

  #isAllowed(value: unknown, keywords: Keywords): boolean {
    if (typeof value === 'string') return this.strings.allows(value, keywords)
    if (typeof value === 'number') return isWithin(value, keywords)
    const beside = typeof value === 'object' && value !== null && heldWithin(value, keywords)
    // Whether it fits them is more than is looked at here; that it does is seldom left open.
    if (beside) throw unsupported(`listed values of lists and objects beside \`${beside}\``)
    return true
  }

  #typed(type: string, keywords: Keywords): string {
    const known = TYPES.find((name) => name === type)
    switch (known) {
      case 'object':
        return this.#within(() => objectRule(this, keywords))
      case 'array':
        return this.#within(() => arrayRule(this, keywords))
      case 'string':
        return this.strings.rule(keywords)
      case 'integer':
        return integer(keywords)
      case 'number':
        return number(keywords)
      case 'boolean':
        return '("true" | "false")'
      case 'null':
        return '"null"'
      case undefined:
        throw unsupported(`the type \`${type}\``)
    }
  }

  /** Inside of braces or brackets a reference may lead back to where it stands. */
  #within(write: () => string): string {
    const open = this.#open
    this.#open = new Set()
    if (++this.#depth > DEEPEST) throw unsupported(`more than ${DEEPEST} levels`)
    const text = write()
    this.#depth--
    this.#open = open
    return text
  }

  /** What a reference points to, held to what stands beside it as well. */
  #reference(pointer: string, { $ref: _, nullable: __, ...beside }: Keywords): string {
    const key = JSON.stringify([pointer, beside])
    if (this.#open.has(key))
      throw unsupported(`the reference \`${pointer}\`, which leads to itself`)
    const known = this.#named.get(key)
    if (known) return known
    const target = this.#references.resolve(pointer)
    const name = this.rules.reserve()
    this.#named.set(key, name)
    this.#open.add(key)
    this.rules.define(name, this.#body(this.#merged(target, beside)))
    this.#open.delete(key)
    return name
  }

  /** Each alternative together with what stands beside them. */
  #alternatives(keywords: Keywords, choices: readonly Schema[]): string {
    const { anyOf, oneOf, ...others } = keywords
    const beside: Keywords = { ...others, ...(anyOf && oneOf ? { oneOf } : {}) }
    const possible = choices.filter((choice) => choice !== false)
    if (possible.length === 0) throw unsupported('`false`')
    return either(
      possible.map((choice) => {
        if (Object.keys(beside).length === 0) return this.rule(choice)
        return this.ruleOf(choice === true ? beside : this.#merged(beside, this.#expand(choice)))
      }),
    )
  }

  #mergeAll({ allOf = [], ...beside }: Keywords): Keywords {
    if (allOf.includes(false)) throw unsupported('`false`')
    const parts = allOf.filter((part) => typeof part !== 'boolean')
    return parts.reduce<Keywords>((all, part) => this.#merged(all, this.#expand(part)), beside)
  }

  /** What two schemas say together. References can make that exponential, so that it is counted before it is done. */
  #merged(left: Keywords, right: Keywords): Keywords {
    this.rules.visitMerge(left, right)
    return merge(left, right)
  }

  #expand(schema: Record<string, unknown>): Keywords {
    const { $ref, ...beside } = readKeywords(schema)
    return $ref === undefined ? beside : this.#merged(this.#references.resolve($ref), beside)
  }
}

const OF_LISTS = ['items', 'prefixItems', 'minItems', 'maxItems'] as const
const OF_OBJECTS = [
  ...(['properties', 'required', 'additionalProperties', 'unevaluatedProperties'] as const),
  ...(['propertyNames', 'minProperties', 'maxProperties'] as const),
]

/** The first keyword that says what a list or an object has in it. */
function heldWithin(value: object, keywords: Keywords): string | undefined {
  const names = Array.isArray(value) ? OF_LISTS : OF_OBJECTS
  return names.find((name) => keywords[name] !== undefined)
}

/** The one value, when the list beside it has it. */
function constantOf({ const: value, enum: listed }: Keywords): unknown[] {
  return listed && !listed.some((one) => isDeepStrictEqual(one, value)) ? [] : [value]
}

function impliedType(keywords: Keywords): string | undefined {
  const { properties, required, additionalProperties, minProperties, maxProperties } = keywords
  if (properties || required || additionalProperties !== undefined) return 'object'
  if (minProperties !== undefined || maxProperties !== undefined) return 'object'
  const { items, prefixItems, minItems, maxItems } = keywords
  if (items !== undefined || prefixItems || minItems !== undefined || maxItems !== undefined)
    return 'array'
  if (keywords.patterns || keywords.minLength !== undefined || keywords.maxLength !== undefined)
    return 'string'
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = keywords
  if ([minimum, maximum, exclusiveMinimum, exclusiveMaximum].some((bound) => bound !== undefined))
    return 'number'
  return keywords.format === undefined ? undefined : 'string'
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    default:
      return typeof value === type
  }
}
