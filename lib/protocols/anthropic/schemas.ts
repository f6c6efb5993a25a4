import { z } from 'zod'
import { flag, numberFrom, oneOf, tokenCount } from '../shared/schemas'

// What Anthropic's Messages API takes and answers. Members that nobody knows yet are let through: its agents add some
// every month, and what only advises must not end a request. What asks for something that can't be done is refused.

/** More than any client sends; every list of a body has a bound. */
const MOST = 10_000
const MOST_TOOLS = 128
const MODEL = 'it must be the id of a model, as GET /v1/models lists them'
const NAME = 'a tool’s name has 1 to 128 letters, digits, dots, dashes and _'
const jsonSchema = z.record(z.string(), z.unknown(), { error: 'it must be a JSON Schema' })

const BLOCK_NAMES: Record<string, string> = {
  image: 'images are',
  server_tool_use: 'tools that the server runs are',
  container_upload: 'containers are',
}

function blockError(issue: { input?: unknown }): string {
  const type = z.object({ type: z.string() }).safeParse(issue.input).data?.type
  if (type === undefined) return 'each block must have a `type`, for example `text`'
  return `${BLOCK_NAMES[type] ?? `blocks of type \`${type}\` are`} not supported by this server here`
}

const textBlock = z.looseObject({ type: z.literal('text'), text: z.string() })

const documentBlock = z.looseObject({
  type: z.literal('document'),
  title: z.string().nullish(),
  context: z.string().nullish(),
  source: z.discriminatedUnion(
    'type',
    [
      z.looseObject({ type: z.literal('text'), data: z.string() }),
      z.looseObject({
        type: z.literal('content'),
        content: oneOf([z.string(), z.array(textBlock).max(MOST)], 'it must be a text or blocks'),
      }),
    ],
    { error: 'only documents of plain text are supported by this server' },
  ),
})

const readable = z.discriminatedUnion('type', [textBlock, documentBlock], { error: blockError })
const CONTENT = 'it must be a text or a list of blocks'

const toolResult = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: oneOf([z.string(), z.array(readable).max(MOST)], CONTENT).nullish(),
  is_error: flag.nullish(),
})

const userBlock = z.discriminatedUnion('type', [textBlock, documentBlock, toolResult], {
  error: blockError,
})

const answerBlock = z.discriminatedUnion(
  'type',
  [
    textBlock,
    z.looseObject({ type: z.literal('thinking'), thinking: z.string() }),
    z.looseObject({ type: z.literal('redacted_thinking') }),
    z.looseObject({
      type: z.literal('tool_use'),
      id: z.string(),
      name: z.string(),
      input: z.record(z.string(), z.unknown()),
    }),
  ],
  { error: blockError },
)

const texts = oneOf([z.string(), z.array(textBlock).max(MOST)], CONTENT)

const message = z.discriminatedUnion(
  'role',
  [
    z.looseObject({
      role: z.literal('user'),
      content: oneOf([z.string(), z.array(userBlock).max(MOST)], CONTENT),
    }),
    z.looseObject({
      role: z.literal('assistant'),
      content: oneOf([z.string(), z.array(answerBlock).max(MOST)], CONTENT),
    }),
    z.looseObject({ role: z.literal('system'), content: texts }),
  ],
  { error: 'it must be `user` or `assistant`' },
)

const tool = z
  .looseObject({
    type: z
      .literal('custom', {
        error: ({ input }) =>
          `tools of type \`${String(input)}\` are not supported by this server; describe the tool with \`input_schema\``,
      })
      .nullish(),
    name: z.string({ error: NAME }).regex(/^[\w.-]{1,128}$/, NAME),
    description: z.string().nullish(),
    input_schema: jsonSchema,
    strict: flag.nullish(),
  })
  .meta({ description: 'A tool that the client runs.' })

const toolChoice = z.discriminatedUnion(
  'type',
  [
    z.looseObject({ type: z.literal(['auto', 'any']), disable_parallel_tool_use: flag.nullish() }),
    z.looseObject({
      type: z.literal('tool'),
      name: z.string(),
      disable_parallel_tool_use: flag.nullish(),
    }),
    z.looseObject({ type: z.literal('none') }),
  ],
  { error: 'its `type` must be `auto`, `any`, `tool` or `none`' },
)

const thinking = z.discriminatedUnion(
  'type',
  [
    z.looseObject({ type: z.literal('enabled'), budget_tokens: tokenCount }),
    z.looseObject({ type: z.literal('adaptive') }),
    z.looseObject({ type: z.literal('disabled') }),
  ],
  { error: 'its `type` must be `enabled`, `adaptive` or `disabled`' },
)

const outputFormat = z.looseObject({
  type: z.literal('json_schema', { error: 'only `json_schema` is supported by this server' }),
  schema: jsonSchema,
})

const none = (what: string) =>
  z.array(z.unknown()).max(0, `${what} are not supported by this server`).nullish()

const STOPS = 'it must be a list of at most 16 texts that are not empty'

/** What decides how many tokens a prompt has. */
const promptFields = {
  model: z.string({ error: MODEL }).min(1, MODEL),
  messages: z
    .array(message, { error: 'it must be a list of messages' })
    .min(1, 'it must have at least one message')
    .max(MOST, `there may be at most ${MOST} messages`),
  system: texts.nullish(),
  tools: z.array(tool).max(MOST_TOOLS, `there may be at most ${MOST_TOOLS} tools`).nullish(),
  tool_choice: toolChoice.nullish(),
  thinking: thinking.nullish(),
  output_config: z
    .looseObject({
      effort: z.string().max(20).nullish(),
      format: outputFormat.nullish(),
    })
    .nullish(),
  output_format: outputFormat.nullish(),
  mcp_servers: none('MCP servers'),
}

/** The body of `POST /v1/messages/count_tokens`. */
export const countTokensBody = z.looseObject(promptFields)

/** The body of `POST /v1/messages`. */
export const messagesBody = z.looseObject({
  ...promptFields,
  max_tokens: tokenCount,
  stop_sequences: z.array(z.string().min(1, STOPS), { error: STOPS }).max(16, STOPS).nullish(),
  stream: flag.nullish(),
  temperature: numberFrom(0, 2).nullish(),
  top_p: numberFrom(0, 1).nullish(),
  top_k: z.int({ error: 'it must be a whole number' }).min(0, 'it must be 0 or more').nullish(),
  container: z.null({ error: 'containers are not supported by this server' }).optional(),
})

export type CountTokensBody = z.infer<typeof countTokensBody>
export type MessagesBody = z.infer<typeof messagesBody>
export type WireMessage = z.infer<typeof message>

/** What a prompt of `POST /v1/messages` would count. */
export const tokenCountAnswer = z.object({ input_tokens: z.int() })

export const messageUsage = z.object({
  input_tokens: z.int().meta({ description: 'Without those that were read from the cache.' }),
  cache_creation_input_tokens: z.int(),
  cache_read_input_tokens: z.int(),
  output_tokens: z.int(),
})

const contentBlock = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string(), citations: z.null() }),
  z.object({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
  z.object({
    type: z.literal('tool_use'),
    id: z.string(),
    name: z.string(),
    input: z.record(z.string(), z.unknown()),
  }),
])

const stopReason = z.enum(['end_turn', 'max_tokens', 'stop_sequence', 'tool_use'])

/** The whole answer of `POST /v1/messages`. */
export const messageAnswer = z.object({
  id: z.string(),
  type: z.literal('message'),
  role: z.literal('assistant'),
  model: z.string(),
  content: z.array(contentBlock),
  stop_reason: stopReason.nullable(),
  stop_sequence: z.string().nullable(),
  usage: messageUsage,
})

export type ContentBlock = z.infer<typeof contentBlock>
export type MessageUsage = z.infer<typeof messageUsage>
export type StopReason = z.infer<typeof stopReason>

/** How the Messages API writes an error. */
export const anthropicErrorBody = z.object({
  type: z.literal('error'),
  error: z.object({ type: z.string(), message: z.string() }),
  request_id: z.string().nullable(),
})
