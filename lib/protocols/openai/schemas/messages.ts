import { z } from 'zod'
import { oneOf } from '../../shared/schemas'
import { refused, withoutEffect } from './fields'

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

/** What clients mark for a cache that must be asked to remember; here every prompt is remembered as far as it goes. */
const marks = { cache_control: withoutEffect() }
const textPart = z.strictObject({ type: z.literal('text'), text: z.string(), ...marks })
const refusalPart = z.strictObject({ type: z.literal('refusal'), refusal: z.string(), ...marks })

const PART_NAMES: Record<string, string> = {
  image_url: 'images are',
  input_audio: 'audio is',
  file: 'files are',
}

const partError = (issue: { input?: unknown }) => {
  const type = z.object({ type: z.string() }).safeParse(issue.input).data?.type
  if (type === undefined) return 'each part must have a `type`, for example `text`'
  return `${PART_NAMES[type] ?? `parts of type \`${type}\` are`} not supported by this server`
}

/** More than any client sends; every list of a body has a bound. */
const MOST = 10_000

const parts = z.array(z.discriminatedUnion('type', [textPart], { error: partError })).max(MOST)
const answerParts = z
  .array(z.discriminatedUnion('type', [textPart, refusalPart], { error: partError }))
  .max(MOST)
const SENTENCE = 'it must be a text or a list of parts of type `text`'
const content = oneOf([z.string(), parts], SENTENCE)
const name = z.string().nullish().meta({ description: 'Accepted; it has no effect here.' })

const toolCall = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      id: z.string(),
      type: z.literal('function'),
      function: z.strictObject({
        name: z.string(),
        arguments: z.string(),
        parsed_arguments: withoutEffect(),
      }),
      // Comes with calls that were put together from a stream.
      index: z.int().nullish(),
    }),
  ],
  { error: 'only calls of type `function` are supported by this server' },
)

const message = z.discriminatedUnion(
  'role',
  [
    z.strictObject({ role: z.literal(['system', 'developer']), content, name, ...marks }),
    z.strictObject({ role: z.literal('user'), content, name, ...marks }),
    z.strictObject({
      role: z.literal('assistant'),
      content: oneOf([z.string(), answerParts], SENTENCE).nullish(),
      tool_calls: z.array(toolCall).max(MOST).nullish(),
      refusal: z.string().nullish(),
      // What the model thought before; it gets it back where it was trained to.
      reasoning_content: z.string().nullish(),
      reasoning: z.string().nullish(),
      // The SDK's helpers for schemas and tools write what they have read into the answer, and send that on.
      parsed: withoutEffect(),
      // The SDK's own answers carry these, empty; they come back when a message is sent on as it was received.
      annotations: z.array(z.unknown()).max(0, 'annotations are not supported').nullish(),
      audio: refused('audio is'),
      function_call: refused('`function_call` is', 'use `tool_calls`'),
      name,
      ...marks,
    }),
    // Many clients say which function answered; the call that `tool_call_id` names says it already.
    z.strictObject({
      role: z.literal('tool'),
      content,
      tool_call_id: z.string(),
      name,
      ...marks,
    }),
  ],
  { error: 'it must be `system`, `developer`, `user`, `assistant` or `tool`' },
)

/** The conversation so far, as `POST /v1/chat/completions` takes it. */
export const messages = z
  .array(message, { error: 'it must be a list of messages' })
  .min(1, 'it must have at least one message')
  .max(MOST, `there may be at most ${MOST} messages`)

export type WireMessage = z.infer<typeof message>
export type WireContent = z.infer<typeof content>
