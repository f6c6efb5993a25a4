import { z } from 'zod'
import {
  anthropicErrorBody,
  countTokensBody,
  messageAnswer,
  messagesBody,
  tokenCountAnswer,
} from '@/lib/protocols/anthropic/schemas'
import { type EventKind, endpoint } from './endpoint'
import { EXAMPLE_MODEL, GENERATION_ERRORS, MODEL_ERRORS } from './shared'

const MAX_BODY_BYTES = 16 * 1024 * 1024

const event = (name: string, description: string, fields: z.ZodRawShape = {}): EventKind => ({
  name,
  description,
  data: z.object({ type: z.literal(name), ...fields }),
})

const block = { index: z.int() }

const EVENTS: readonly EventKind[] = [
  event('message_start', 'The message, with nothing in it yet.', { message: messageAnswer }),
  event('ping', 'Nothing; the answer has begun.'),
  event('content_block_start', 'A text, a thought or a call begins.', {
    ...block,
    content_block: z.looseObject({ type: z.enum(['text', 'thinking', 'tool_use']) }),
  }),
  event('content_block_delta', 'What it goes on with.', {
    ...block,
    delta: z.looseObject({
      type: z.enum(['text_delta', 'thinking_delta', 'signature_delta', 'input_json_delta']),
    }),
  }),
  event('content_block_stop', 'It ends.', block),
  event('message_delta', 'Why the answer ended, and what it used.', {
    delta: messageAnswer.pick({ stop_reason: true, stop_sequence: true }),
    usage: messageAnswer.shape.usage,
  }),
  event('message_stop', 'Nothing comes after it.'),
  {
    name: 'reset',
    description:
      'For a reader whose position is not kept any more: the answer so far follows from its beginning.',
    data: z.object({ reason: z.string(), texts: z.array(z.string()) }),
  },
  { name: 'error', description: 'It failed; the stream ends.', data: anthropicErrorBody },
]

const SHAPE =
  'Fields that are not known here are let through and named in `X-Runnel-Ignored`; what asks for something that can’t be done is refused by name.'

export const createMessage = endpoint({
  method: 'POST',
  path: '/v1/messages',
  tag: 'Anthropic',
  summary: 'Answer messages as Anthropic does',
  description: `The Messages API, whole or as its events. The key may come in \`X-Api-Key\` or as \`Authorization: Bearer\`; every \`anthropic-version\` is taken. ${SHAPE}`,
  access: 'infer',
  body: messagesBody,
  maxBodyBytes: MAX_BODY_BYTES,
  response: {
    status: 200,
    description: 'The message, or its events.',
    schema: messageAnswer,
    events: EVENTS,
  },
  errorShape: 'anthropic',
  errors: GENERATION_ERRORS,
  example: {
    body: {
      model: EXAMPLE_MODEL,
      max_tokens: 60,
      messages: [{ role: 'user', content: 'Tell me a story about a fox.' }],
    },
  },
})

export const countMessageTokens = endpoint({
  method: 'POST',
  path: '/v1/messages/count_tokens',
  tag: 'Anthropic',
  summary: 'Count the tokens of messages as Anthropic does',
  description: `With the model’s own template and tools, as \`POST /v1/messages\` would send them to it. ${SHAPE}`,
  access: 'infer',
  body: countTokensBody,
  maxBodyBytes: MAX_BODY_BYTES,
  response: { status: 200, description: 'How many there are.', schema: tokenCountAnswer },
  errorShape: 'anthropic',
  errors: MODEL_ERRORS,
  example: {
    body: { model: EXAMPLE_MODEL, messages: [{ role: 'user', content: 'A fox and a kite.' }] },
  },
})
