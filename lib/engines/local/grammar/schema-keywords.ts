import { z } from 'zod'
import { AppError, shortened } from '@/lib/platform/errors'

const count = z.number().int().min(0)
const subschema = z.union([z.boolean(), z.record(z.string(), z.unknown())])
const choices = z.array(subschema).min(1)

/**
 * The part of JSON Schema that a grammar can hold a model to.
 * @see https://json-schema.org/draft/2020-12/json-schema-validation
 */
const keywords = z.strictObject({
  type: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  enum: z.array(z.unknown()).min(1).optional(),
  const: z.unknown().optional(),
  anyOf: choices.optional(),
  oneOf: choices.optional(),
  allOf: choices.optional(),
  $ref: z.string().optional(),
  properties: z.record(z.string(), subschema).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: subschema.optional(),
  unevaluatedProperties: z.boolean().optional(),
  propertyNames: subschema.optional(),
  minProperties: count.optional(),
  maxProperties: count.optional(),
  items: z.union([subschema, z.array(subschema)]).optional(),
  prefixItems: z.array(subschema).optional(),
  additionalItems: subschema.optional(),
  unevaluatedItems: z.boolean().optional(),
  minItems: count.optional(),
  maxItems: count.optional(),
  uniqueItems: z.literal(false).optional(),
  minLength: count.optional(),
  maxLength: count.optional(),
  pattern: z.string().optional(),
  format: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.union([z.number(), z.boolean()]).optional(),
  exclusiveMaximum: z.union([z.number(), z.boolean()]).optional(),
  nullable: z.boolean().optional(),
})

export type Schema = z.infer<typeof subschema>
type Written = z.infer<typeof keywords>
/** What a schema says, in one way of several that drafts have for the same. */
export type Keywords = Omit<
  Written,
  | 'pattern'
  | 'items'
  | 'additionalItems'
  | 'unevaluatedItems'
  | 'uniqueItems'
  | 'exclusiveMinimum'
  | 'exclusiveMaximum'
> & {
  /** All of them are found in the text. */
  patterns?: readonly string[]
  /** What comes after the `prefixItems`. */
  items?: Schema
  exclusiveMinimum?: number
  exclusiveMaximum?: number
}

/** Keywords that describe and do not constrain, and those that hold definitions. */
const ANNOTATIONS = new Set([
  ...['title', 'description', 'default', 'examples', 'example', 'deprecated', 'readOnly'],
  ...['writeOnly', '$schema', '$id', 'id', '$comment', '$defs', 'definitions', '$anchor'],
  ...['$vocabulary', 'contentEncoding', 'contentMediaType', 'contentSchema', 'strict'],
  // Of OpenAPI, of editors and of other servers.
  ...['discriminator', 'externalDocs', 'xml', 'markdownDescription', 'enumNames'],
  ...['enumDescriptions', 'errorMessage', 'propertyOrdering', 'meta'],
])

/** The keywords of a schema. @throws AppError `unsupported_schema` naming the first that can't be held to */
export function readKeywords(schema: Record<string, unknown>): Keywords {
  const constraining = Object.entries(schema).filter(
    ([name, value]) => !ANNOTATIONS.has(name) && !name.startsWith('x-') && value !== undefined,
  )
  const parsed = keywords.safeParse(Object.fromEntries(constraining))
  if (parsed.success) return normalize(parsed.data)
  const issue = parsed.error.issues[0]
  throw unsupported(
    issue?.code === 'unrecognized_keys'
      ? `the keyword \`${issue.keys[0]}\``
      : `\`${issue?.path.join('.')}\` as it is written there`,
  )
}

function normalize(written: Written): Keywords {
  const {
    pattern,
    items,
    additionalItems,
    unevaluatedItems,
    uniqueItems: _false,
    exclusiveMinimum,
    exclusiveMaximum,
    ...same
  } = written
  const rest = Array.isArray(items) ? additionalItems : items
  return {
    ...same,
    ...(pattern === undefined ? {} : { patterns: [pattern] }),
    ...(Array.isArray(items) ? { prefixItems: items } : {}),
    ...(rest === undefined && unevaluatedItems === undefined
      ? {}
      : { items: rest ?? unevaluatedItems }),
    ...exclusive('exclusiveMinimum', exclusiveMinimum, written.minimum),
    ...exclusive('exclusiveMaximum', exclusiveMaximum, written.maximum),
  }
}

/** Up to draft 4, and in OpenAPI 3.0, it is a flag beside the bound. */
function exclusive(
  name: 'exclusiveMinimum' | 'exclusiveMaximum',
  given: number | boolean | undefined,
  bound: number | undefined,
): Partial<Keywords> {
  const value = given === true ? bound : given
  return typeof value === 'number' ? { [name]: value } : {}
}

/** What is said of a schema at most, in characters: its keywords and references may be megabytes. */
const SAID = 300

/** The error for a schema that the engine can't hold a model to. */
export function unsupported(what: string): AppError {
  return new AppError(`The JSON Schema uses ${shortened(what, SAID)}, which is not supported.`, {
    code: 'unsupported_schema',
    status: 400,
    param: 'response_format',
    hint: 'docs/inference.md lists the keywords that are.',
  })
}
