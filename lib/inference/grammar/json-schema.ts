import { integerRange } from './integer-range'
import {
  anyJson,
  CHARACTER,
  FORMATS,
  INTEGER,
  listOf,
  member,
  NUMBER,
  SEPARATOR,
} from './json-values'
import { objectBody } from './object-body'
import { either, type GrammarRules, literal, repeat } from './rules'
import { type Keywords, readKeywords, type Schema, unsupported } from './schema-keywords'

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const

/** Turns a JSON Schema into rules for JSON texts that it accepts. Members come in the order of `properties`. */
export class SchemaGrammar {
  private readonly refs = new Map<string, string>()
  private readonly any: { value: string; object: string }

  constructor(
    private readonly rules: GrammarRules,
    /** What `$ref` points into. */
    private readonly root: Record<string, unknown>,
  ) {
    this.any = anyJson(rules)
  }

  /** The rule for a schema. @throws AppError `unsupported_schema` */
  rule(schema: Schema): string {
    if (schema === false) throw unsupported('`false`')
    if (schema === true) return this.any.value
    return this.rules.add(this.body(readKeywords(schema)))
  }

  private body(keywords: Keywords): string {
    if (keywords.nullable) return either([this.body({ ...keywords, nullable: false }), '"null"'])
    if (keywords.$ref !== undefined) return this.reference(keywords.$ref)
    if ('const' in keywords) return literal(JSON.stringify(keywords.const))
    if (keywords.enum) return either(keywords.enum.map((item) => literal(JSON.stringify(item))))
    if (keywords.allOf) return this.body(this.mergeAll(keywords))
    const choices = keywords.anyOf ?? keywords.oneOf
    if (choices) return this.alternatives(keywords, choices)
    const types = [keywords.type ?? impliedType(keywords) ?? []].flat()
    if (types.length === 0) return this.any.value
    return either(types.map((type) => this.typed(type, keywords)))
  }

  private typed(type: string, keywords: Keywords): string {
    const known = TYPES.find((name) => name === type)
    switch (known) {
      case 'object':
        return this.object(keywords)
      case 'array':
        return this.array(keywords)
      case 'string':
        return text(keywords)
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

  private object(keywords: Keywords): string {
    const { properties, required = [], additionalProperties } = keywords
    if (!properties || Object.keys(properties).length === 0) {
      if (additionalProperties === false) return '"{}"'
      if (typeof additionalProperties !== 'object') return this.any.object
      const entry = member(text({}), this.rule(additionalProperties))
      return `"{" ${listOf(entry, 0, undefined)} "}"`
    }
    const unknown = required.find((name) => !(name in properties))
    if (unknown !== undefined) throw unsupported(`\`required\` without a property \`${unknown}\``)
    const members = Object.entries(properties).map(([name, schema]) => ({
      text: member(literal(JSON.stringify(name)), this.rule(schema)),
      required: required.includes(name),
    }))
    return `"{" ${objectBody(this.rules, members)} "}"`
  }

  private array(keywords: Keywords): string {
    const { items = true, prefixItems = [], minItems = 0, maxItems } = keywords
    const first = prefixItems.map((schema) => this.rule(schema)).join(` ${SEPARATOR} `)
    if (prefixItems.length > 0 && (items === false || maxItems === prefixItems.length))
      return `"[" ${first} "]"`
    if (items === false) return '"[]"'
    const item = this.rule(items)
    if (prefixItems.length === 0) return `"[" ${listOf(item, minItems, maxItems)} "]"`
    const left = (bound: number) => Math.max(0, bound - prefixItems.length)
    const rest = repeat(
      `${SEPARATOR} ${item}`,
      left(minItems),
      maxItems === undefined ? undefined : left(maxItems),
    )
    return `"[" ${first} ${rest} "]"`
  }

  private reference(pointer: string): string {
    const known = this.refs.get(pointer)
    if (known) return known
    const name = this.rules.reserve()
    this.refs.set(pointer, name)
    this.rules.define(name, this.body(readKeywords(this.resolve(pointer))))
    return name
  }

  private resolve(pointer: string): Record<string, unknown> {
    if (!pointer.startsWith('#')) throw unsupported(`the reference \`${pointer}\``)
    let target: unknown = this.root
    for (const part of pointer.slice(1).split('/').filter(Boolean)) {
      const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
      target = isRecord(target) ? target[key] : undefined
    }
    if (isRecord(target)) return target
    throw unsupported(`the reference \`${pointer}\`, which leads nowhere`)
  }

  /** Each alternative together with what stands beside them. */
  private alternatives(keywords: Keywords, choices: readonly Schema[]): string {
    const { anyOf: _any, oneOf: _one, ...beside } = keywords
    return either(
      choices.map((choice) =>
        Object.keys(beside).length === 0 || typeof choice === 'boolean'
          ? this.rule(choice)
          : this.rules.add(this.body(merge(beside, this.expand(choice)))),
      ),
    )
  }

  private mergeAll({ allOf = [], ...beside }: Keywords): Keywords {
    const parts = allOf.filter((part) => typeof part !== 'boolean')
    return parts.reduce<Keywords>((all, part) => merge(all, this.expand(part)), beside)
  }

  private expand(schema: Record<string, unknown>): Keywords {
    const { $ref, ...beside } = readKeywords(schema)
    return $ref === undefined ? beside : merge(readKeywords(this.resolve($ref)), beside)
  }
}

function text({ format, minLength = 0, maxLength }: Keywords): string {
  if (format === undefined) return `"\\"" ${repeat(CHARACTER, minLength, maxLength)} "\\""`
  const form = FORMATS[format]
  if (!form) throw unsupported(`the format \`${format}\``)
  return `"\\"" ${form} "\\""`
}

function integer(keywords: Keywords): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = keywords
  if ([minimum, maximum, exclusiveMinimum, exclusiveMaximum].every((bound) => bound === undefined))
    return INTEGER
  const low = exclusiveMinimum === undefined ? minimum : Math.floor(exclusiveMinimum) + 1
  const high = exclusiveMaximum === undefined ? maximum : Math.ceil(exclusiveMaximum) - 1
  if (low !== undefined && high !== undefined && low > high)
    throw unsupported('bounds between which there is no integer')
  return integerRange(low, high)
}

function number(keywords: Keywords): string {
  for (const name of ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const)
    if (keywords[name] !== undefined)
      throw unsupported(`\`${name}\` for numbers that are not integers`)
  return NUMBER
}

function impliedType(keywords: Keywords): string | undefined {
  if (keywords.properties || keywords.additionalProperties !== undefined) return 'object'
  if (keywords.items !== undefined || keywords.prefixItems) return 'array'
  return undefined
}

function merge(left: Keywords, right: Keywords): Keywords {
  const properties = { ...left.properties, ...right.properties }
  const required = [...new Set([...(left.required ?? []), ...(right.required ?? [])])]
  return {
    ...left,
    ...right,
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required } : {}),
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
