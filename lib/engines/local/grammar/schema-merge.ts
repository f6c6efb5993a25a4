import { isDeepStrictEqual } from 'node:util'
import { type Keywords, type Schema, unsupported } from './schema-keywords'

const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'] as const
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'] as const
const MERGED = new Set<string>([
  ...LOWER,
  ...UPPER,
  ...['type', 'properties', 'required', 'nullable', 'additionalProperties', 'patterns', 'enum'],
  ...['items', 'allOf', 'unevaluatedProperties'],
])

/**
 * The keywords of two schemas that both apply.
 * @throws AppError `unsupported_schema` when they say different things that no one keyword says
 */
export function merge(left: Keywords, right: Keywords): Keywords {
  const again: Record<string, unknown> = right
  for (const [name, value] of Object.entries(left))
    if (!MERGED.has(name) && name in again && !isDeepStrictEqual(value, again[name]))
      throw unsupported(`\`${name}\` twice for one value`)
  const merged: Keywords = { ...left, ...right }
  for (const name of LOWER) keep(merged, name, left[name], right[name], Math.max)
  for (const name of UPPER) keep(merged, name, left[name], right[name], Math.min)
  if (left.type && right.type) merged.type = commonTypes([left.type].flat(), [right.type].flat())
  if (left.enum && right.enum) merged.enum = commonValues(left.enum, right.enum)
  if (left.required && right.required)
    merged.required = [...new Set([...left.required, ...right.required])]
  if (left.patterns && right.patterns)
    merged.patterns = [...new Set([...left.patterns, ...right.patterns])]
  if (left.allOf && right.allOf) merged.allOf = [...left.allOf, ...right.allOf]
  if (left.nullable !== undefined && right.nullable !== undefined)
    merged.nullable = left.nullable && right.nullable
  if (left.unevaluatedProperties === false) merged.unevaluatedProperties = false
  mergeMembers(merged, left, right)
  if (left.items !== undefined && right.items !== undefined)
    merged.items = both(left.items, right.items)
  return merged
}

function keep(
  merged: Keywords,
  name: (typeof LOWER | typeof UPPER)[number],
  left: number | undefined,
  right: number | undefined,
  stricter: (a: number, b: number) => number,
): void {
  if (left !== undefined && right !== undefined) merged[name] = stricter(left, right)
}

/** Every integer is a number too. */
function commonTypes(left: readonly string[], right: readonly string[]): string[] {
  const within = (type: string, types: readonly string[]) =>
    types.includes(type) || (type === 'integer' && types.includes('number'))
  const common = new Set([
    ...left.filter((type) => within(type, right)),
    ...right.filter((type) => within(type, left)),
  ])
  if (common.size === 0) throw unsupported('types that no value has')
  return [...common]
}

function commonValues(left: readonly unknown[], right: readonly unknown[]): unknown[] {
  const texts = new Set(right.map((value) => JSON.stringify(value)))
  const common = left.filter((value) => texts.has(JSON.stringify(value)))
  if (common.length === 0) throw unsupported('lists of values that have none in common')
  return common
}

/** Members that only one side declares are held to what the other side says of additional ones. */
function mergeMembers(merged: Keywords, left: Keywords, right: Keywords): void {
  const names = Object.keys({ ...left.properties, ...right.properties })
  const declared = names.map((name): [string, Schema] => {
    const [one, other] = [memberOf(left, name), memberOf(right, name)]
    return [
      name,
      one === undefined ? (other ?? true) : other === undefined ? one : both(one, other),
    ]
  })
  if (names.length > 0) merged.properties = Object.fromEntries(declared)
  const { additionalProperties: one } = left
  const { additionalProperties: other } = right
  if (one !== undefined && other !== undefined) merged.additionalProperties = both(one, other)
}

function memberOf(
  { properties, additionalProperties }: Keywords,
  name: string,
): Schema | undefined {
  if (properties && Object.hasOwn(properties, name)) return properties[name]
  return additionalProperties
}

function both(left: Schema, right: Schema): Schema {
  if (left === false || right === false) return false
  if (left === true || isDeepStrictEqual(left, right)) return right
  return right === true ? left : { allOf: [left, right] }
}
