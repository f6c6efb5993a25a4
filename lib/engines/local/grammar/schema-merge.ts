import { isDeepStrictEqual } from 'node:util'
import { type Keywords, unsupported } from './schema-keywords'

const LOWER_BOUNDS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'] as const
const UPPER_BOUNDS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'] as const
const MERGED = new Set<string>([
  ...LOWER_BOUNDS,
  ...UPPER_BOUNDS,
  ...['type', 'properties', 'required', 'nullable', 'additionalProperties'],
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
  for (const name of LOWER_BOUNDS) keep(merged, name, left[name], right[name], Math.max)
  for (const name of UPPER_BOUNDS) keep(merged, name, left[name], right[name], Math.min)
  if (left.type && right.type) merged.type = commonTypes([left.type].flat(), [right.type].flat())
  if (left.properties && right.properties)
    merged.properties = mergeProperties(left.properties, right.properties)
  if (left.required && right.required)
    merged.required = [...new Set([...left.required, ...right.required])]
  if (left.nullable !== undefined && right.nullable !== undefined)
    merged.nullable = left.nullable && right.nullable
  if (left.additionalProperties === false) merged.additionalProperties = false
  return merged
}

function keep(
  merged: Keywords,
  name: (typeof LOWER_BOUNDS | typeof UPPER_BOUNDS)[number],
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

function mergeProperties(
  left: NonNullable<Keywords['properties']>,
  right: NonNullable<Keywords['properties']>,
): NonNullable<Keywords['properties']> {
  const both = Object.keys(left).filter((name) => Object.hasOwn(right, name))
  return {
    ...left,
    ...right,
    ...Object.fromEntries(
      both
        .filter((name) => !isDeepStrictEqual(left[name], right[name]))
        .map((name) => [name, { allOf: [left[name], right[name]] }]),
    ),
  }
}
