import { z } from 'zod'

/** A JSON Schema, 2020-12, as zod writes it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema

/** The JSON Schema of what a zod schema takes (`input`) or gives (`output`). */
export function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

/** Whether a field of an object may be left out. */
export function isOptional(name: string, field: z.ZodType): boolean {
  return z.safeParse(z.object({ [name]: field }), {}).success
}
