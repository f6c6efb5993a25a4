import { z } from 'zod'
import { oneOf } from '@/lib/protocols/shared/field-schemas'
import { withoutEffect } from './fields'

const FUNCTIONS_ONLY = 'only tools of type `function` are supported by this server'
const FUNCTION_NAME = 'a function name has 1 to 64 letters, digits, dots, dashes and _'
const functionName = z.string({ error: FUNCTION_NAME }).regex(/^[\w.-]{1,64}$/, FUNCTION_NAME)
const MOST_TOOLS = 128
const FORMAT_NAME = 'it must be a text of at most 64 characters'

/** A JSON Schema; whether the engine can hold a model to it is the engine's to say. */
const jsonSchema = z.record(z.string(), z.unknown())

const tool = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      type: z.literal('function'),
      function: z.strictObject({
        name: functionName,
        description: z.string().nullish(),
        parameters: jsonSchema.nullish(),
        strict: z.boolean().nullish(),
        cache_control: withoutEffect(),
      }),
      cache_control: withoutEffect(),
    }),
  ],
  { error: FUNCTIONS_ONLY },
)

export const tools = z.array(tool).max(MOST_TOOLS, `there may be at most ${MOST_TOOLS} tools`)

const namedTool = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({ name: functionName }),
})

const allowedTools = z.strictObject({
  type: z.literal('allowed_tools'),
  allowed_tools: z.strictObject({
    mode: z.enum(['auto', 'required']),
    tools: z.array(namedTool).min(1).max(MOST_TOOLS),
  }),
})

export const toolChoice = oneOf(
  [
    z.enum(['auto', 'none', 'required'], { error: 'it must be `auto`, `none` or `required`' }),
    z.discriminatedUnion('type', [namedTool, allowedTools], { error: FUNCTIONS_ONLY }),
  ],
  'it must be `auto`, `none`, `required` or name a function',
)

export const responseFormat = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('text') }),
    z.strictObject({ type: z.literal('json_object') }),
    z.strictObject({
      type: z.literal('json_schema'),
      json_schema: z.strictObject(
        {
          name: z.string({ error: FORMAT_NAME }).max(64, FORMAT_NAME),
          description: z.string().nullish(),
          schema: jsonSchema.nullish(),
          strict: z.boolean().nullish(),
        },
        { error: 'it must have a `name` and a `schema`' },
      ),
    }),
  ],
  { error: 'its `type` must be `text`, `json_object` or `json_schema`' },
)

export type WireTool = z.infer<typeof tool>
export type WireToolChoice = z.infer<typeof toolChoice>
export type WireResponseFormat = z.infer<typeof responseFormat>
