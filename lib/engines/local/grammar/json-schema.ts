import { anyJson, listOf, member, SEPARATOR } from './json-values'
import { objectBody } from './object-body'
import { either, type GrammarRules, literal, repeat } from './rules'
import { integer, number, text } from './scalars'
import { type Keywords, readKeywords, type Schema, unsupported } from './schema-keywords'
import { merge } from './schema-merge'

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
    this.rules.visit()
    if (keywords.nullable) return either([this.body({ ...keywords, nullable: false }), '"null"'])
    if (keywords.$ref !== undefined) return this.reference(keywords.$ref, keywords)
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
        return text(this.rules, keywords)
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
    const { properties = {}, required = [], additionalProperties } = keywords
    const unknown = required.find((name) => !Object.hasOwn(properties, name))
    if (unknown !== undefined) throw unsupported(`\`required\` without a property \`${unknown}\``)
    if (Object.keys(properties).length === 0) {
      if (additionalProperties === false) return '"{}"'
      if (typeof additionalProperties !== 'object') return this.any.object
      const entry = member(text(this.rules, {}), this.rule(additionalProperties))
      return `"{" ${listOf(entry, 0, undefined)} "}"`
    }
    const members = Object.entries(properties).map(([name, schema]) => ({
      text: member(literal(JSON.stringify(name)), this.rule(schema)),
      required: required.includes(name),
    }))
    return `"{" ${objectBody(this.rules, members)} "}"`
  }

  private array(keywords: Keywords): string {
    const { items = true, prefixItems = [], minItems = 0, maxItems } = keywords
    if (maxItems !== undefined && maxItems < Math.max(minItems, prefixItems.length))
      throw unsupported('`maxItems` that leaves no room for the items')
    if (items === false && minItems > prefixItems.length)
      throw unsupported('`minItems` above the number of `prefixItems`')
    this.rules.visitRepetition(Math.max(minItems, maxItems ?? 0))
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

  /** What a reference points to, held to what stands beside it as well. */
  private reference(pointer: string, { $ref: _, nullable: __, ...beside }: Keywords): string {
    if (Object.keys(beside).length > 0)
      return this.body(merge(readKeywords(this.resolve(pointer)), beside))
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
        Object.keys(beside).length === 0 || choice === false
          ? this.rule(choice)
          : this.rules.add(
              this.body(choice === true ? beside : merge(beside, this.expand(choice))),
            ),
      ),
    )
  }

  private mergeAll({ allOf = [], ...beside }: Keywords): Keywords {
    if (allOf.includes(false)) throw unsupported('`false`')
    const parts = allOf.filter((part) => typeof part !== 'boolean')
    return parts.reduce<Keywords>((all, part) => merge(all, this.expand(part)), beside)
  }

  private expand(schema: Record<string, unknown>): Keywords {
    const { $ref, ...beside } = readKeywords(schema)
    return $ref === undefined ? beside : merge(readKeywords(this.resolve($ref)), beside)
  }
}

function impliedType(keywords: Keywords): string | undefined {
  if (keywords.properties || keywords.additionalProperties !== undefined) return 'object'
  if (keywords.items !== undefined || keywords.prefixItems) return 'array'
  return undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
