import type { JsonSchema } from './json-schema'

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
export function typeWords(schema: JsonSchema): string {
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
export function ruleWords(schema: JsonSchema): string[] {
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
