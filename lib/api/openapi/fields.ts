import type { JsonSchema } from './json-schema'
import type { ApiField, ApiFieldGroup } from './schemas'
import { asSchema, kindsOf, ruleWords, typeWords } from './type-words'

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
