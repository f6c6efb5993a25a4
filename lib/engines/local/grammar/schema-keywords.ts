import { z } from 'zod'
import { AppError } from '@/lib/platform/errors'

const count = z.number().int().min(0)
const subschema = z.union([z.boolean(), z.record(z.string(), z.unknown())])
/** What generators of schemas write for records: it says nothing, as names are always strings. */
const anyName = z.union([z.literal(true), z.strictObject({ type: z.literal('string').optional() })])

/** The part of JSON Schema (2020-12) that a grammar can hold a model to. */
const keywords = z.strictObject({
  type: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  enum: z.array(z.unknown()).min(1).optional(),
  const: z.unknown().optional(),
  anyOf: z.array(subschema).min(1).optional(),
  oneOf: z.array(subschema).min(1).optional(),
  allOf: z.array(subschema).min(1).optional(),
  $ref: z.string().optional(),
  properties: z.record(z.string(), subschema).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: subschema.optional(),
  propertyNames: anyName.optional(),
  items: subschema.optional(),
  prefixItems: z.array(subschema).optional(),
  minItems: count.optional(),
  maxItems: count.optional(),
  minLength: count.optional(),
  maxLength: count.optional(),
  format: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  nullable: z.boolean().optional(),
})
export type Keywords = z.infer<typeof keywords>
export type Schema = z.infer<typeof subschema>

/** Keywords that describe and do not constrain, and those that hold definitions. */
const SILENT = new Set([
  ...[
    'title',
    'description',
    'default',
    'examples',
    'example',
    'deprecated',
    'readOnly',
    'writeOnly',
  ],
  ...['$schema', '$id', '$comment', '$defs', 'definitions', '$anchor', 'strict'],
])

/** The keywords of a schema. @throws AppError `unsupported_schema` naming the first that can't be held to */
export function readKeywords(schema: Record<string, unknown>): Keywords {
  const constraining = Object.entries(schema).filter(([name]) => !SILENT.has(name))
  const parsed = keywords.safeParse(Object.fromEntries(constraining))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw unsupported(
    issue?.code === 'unrecognized_keys'
      ? `the keyword \`${issue.keys[0]}\``
      : `\`${issue?.path.join('.')}\` as it is written there`,
  )
}

/** The error for a schema that the engine can't hold a model to. */
export function unsupported(what: string): AppError {
  return new AppError(`The JSON Schema uses ${what}, which is not supported.`, {
    code: 'unsupported_schema',
    status: 400,
    param: 'response_format',
    hint: 'docs/inference.md lists the keywords that are.',
  })
}
