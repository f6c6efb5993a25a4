import type { JsonSchema } from './endpoint-parts'
import type { ApiField, ApiFieldGroup } from './schemas'

/**
 * The fields of what a schema describes: of an object, of the items of a list, and of each kind of a union.
 * Nothing for a value without fields.
 */
export function groupsOf(schema: JsonSchema): ApiFieldGroup[] {
  const objects = objectsOf(schema)
  return objects.map((object) => ({
    title: objects.length > 1 ? titleOf(object) : null,
    fields: Object.entries(object.properties ?? {}).map(([name, value]) =>
      fieldOf(name, asSchema(value) ?? {}, object.required?.includes(name) ?? false),
    ),
  }))
}

/** One field as the page shows it. */
export function fieldOf(name: string, schema: JsonSchema, required: boolean): ApiField {
  return {
    name,
    type: typeWords(schema),
    required,
    description: schema.description ?? null,
    rules: ruleWords(schema),
    groups: groupsOf(schema),
  }
}

function objectsOf(schema: JsonSchema): JsonSchema[] {
  const kinds = kindsOf(schema)
  if (kinds.length > 1 || kinds[0] !== schema) return kinds.flatMap(objectsOf)
  const items = asSchema(schema.items)
  if (items) return objectsOf(items)
  return Object.keys(schema.properties ?? {}).length > 0 ? [schema] : []
}

/** A kind of a union is told by the fields that can have but one value, such as `role: "user"`. */
function titleOf({ properties = {} }: JsonSchema): string {
  const fixed = Object.entries(properties).flatMap(([name, value]) => {
    const { const: only, enum: values } = asSchema(value) ?? {}
    if (only !== undefined && only !== null) return [`${name}: ${JSON.stringify(only)}`]
    return values ? [`${name}: ${values.map((one) => JSON.stringify(one)).join(' or ')}`] : []
  })
  return fixed.join(', ') || 'object'
}

type Part = JsonSchema | boolean | (JsonSchema | boolean)[] | undefined

/** A part of a schema that could also be `true`, or a list; null when it is one of those. */
export function asSchema(part: Part): JsonSchema | null {
  return typeof part === 'object' && !Array.isArray(part) ? part : null
}

/** The kinds of a union; the schema itself when it is none. */
export function kindsOf(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf ?? schema.oneOf ?? [schema]
}

/** The type of a value in a few words: `string`, `integer[]`, `"auto" or object`. */
function typeWords(schema: JsonSchema): string {
  const kinds = [
    ...new Set(
      kindsOf(schema).flatMap((kind) => (kind === schema ? [plainType(kind)] : [typeWords(kind)])),
    ),
  ]
  return kinds.join(' or ')
}

function plainType(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.length > 1 ? 'string' : JSON.stringify(schema.enum[0])
  if (schema.type === 'array') {
    const items = typeWords(asSchema(schema.items) ?? {})
    return items.includes(' ') ? `(${items})[]` : `${items}[]`
  }
  if (Array.isArray(schema.type)) return schema.type.join(' or ')
  return schema.type ?? 'any value'
}

/** What a value must be besides its type: `0 to 2`, `at most 40 characters`, `default 20`. */
function ruleWords(schema: JsonSchema): string[] {
  const rules = kindsOf(schema).flatMap(rulesOfKind)
  if (schema.default !== undefined) rules.push(`default ${JSON.stringify(schema.default)}`)
  return rules
}

function rulesOfKind(kind: JsonSchema): string[] {
  const items = asSchema(kind.items)
  return [
    ...(kind.enum && kind.enum.length > 1 ? [`one of ${kind.enum.join(', ')}`] : []),
    ...rangeWords(kind.minimum, kind.maximum),
    ...countWords(kind.minLength, kind.maxLength, 'characters'),
    ...countWords(kind.minItems, kind.maxItems, 'items'),
    ...(kind.format ? [kind.format] : []),
    ...(items ? ruleWords(items).map((rule) => `each ${rule}`) : []),
  ]
}

function rangeWords(min: number | undefined, max: number | undefined): string[] {
  // Whole numbers carry the bounds of what JavaScript counts exactly, which tell nobody anything.
  const low = min !== undefined && min > Number.MIN_SAFE_INTEGER ? min : undefined
  const high = max !== undefined && max < Number.MAX_SAFE_INTEGER ? max : undefined
  if (low !== undefined)
    return [high === undefined ? `at least ${spaced(low)}` : `${spaced(low)} to ${spaced(high)}`]
  return high === undefined ? [] : [`at most ${spaced(high)}`]
}

function countWords(min = 0, max: number | undefined, unit: string): string[] {
  const least = min === 1 ? ['not empty'] : min > 1 ? [`at least ${spaced(min)} ${unit}`] : []
  return max === undefined ? least : [...least, `at most ${spaced(max)} ${unit}`]
}

/** A number with its thousands told apart. */
function spaced(number: number): string {
  return number.toLocaleString('en', { maximumFractionDigits: 20 })
}
