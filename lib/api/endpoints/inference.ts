import { z } from 'zod'
import { detokenizeBody, inferBody, inferQuery, tokenizeBody } from '@/lib/protocols/runnel/schemas'
import { timingsReport, usageReport } from '@/lib/protocols/shared/schemas'
import { type EventKind, endpoint } from './endpoint'
import { DONE, FAILED, GENERATION_ERRORS, MODEL_ERRORS } from './shared'

const MAX_BODY_BYTES = 16 * 1024 * 1024

const answer = z.object({
  id: z.string(),
  model: z.string(),
  text: z.string(),
  finish_reason: z.enum(['stop', 'length', 'tool_calls', 'cancelled']),
  usage: usageReport,
  timings: timingsReport,
})

/** The events of a generation that `/v1/infer` has started. */
export const TOKENS: readonly EventKind[] = [
  {
    name: 'message',
    description: 'What was generated; the last one is empty and tells why it ended.',
    data: z.object({
      token: z.string(),
      finish_reason: z.enum(['stop', 'length', 'tool_calls', 'cancelled']).optional(),
      usage: usageReport.optional(),
      timings: timingsReport.optional(),
    }),
  },
  DONE,
  {
    name: 'queued',
    description: 'It waits for its turn; 1 is next.',
    data: z.object({ position: z.int() }),
  },
  {
    name: 'loading',
    description: 'The model is being loaded, from 0 to 1.',
    data: z.object({ progress: z.number() }),
  },
  {
    name: 'reset',
    description:
      'For a reader whose position is not kept any more: the whole text so far follows as one token.',
    data: z.object({ reason: z.string(), texts: z.array(z.string()) }),
  },
  FAILED,
]

const STREAM =
  'With `stream`: `data: {"token":"…"}` for what was generated, at last an empty token with `finish_reason`, `usage` and `timings`, then `data: [DONE]`. Named events tell the rest: `queued` (position), `loading` (progress), `error`.'

export const infer = endpoint({
  method: 'POST',
  path: '/v1/infer',
  tag: 'Inference',
  summary: 'Continue a text',
  description: STREAM,
  access: 'infer',
  body: inferBody,
  maxBodyBytes: MAX_BODY_BYTES,
  response: { status: 200, description: 'The text.', schema: answer, events: TOKENS },
  errors: {
    ...GENERATION_ERRORS,
    400: 'The request is not right, or its prompt is too long: `context_length_exceeded`.',
  },
  example: { body: { prompt: 'Once upon a time', max_tokens: 60, stream: true } },
})

export const inferByQuery = endpoint({
  method: 'GET',
  path: '/v1/infer',
  tag: 'Inference',
  summary: 'Continue a text, for EventSource',
  description: `${STREAM} A reconnect with \`Last-Event-ID\` goes on with the generation that the id is of and starts no second one: 204 when it has been read to its end, 404 when it is gone. Without a reader it is stopped after 10 seconds.`,
  access: 'infer',
  query: inferQuery,
  response: { status: 200, description: 'The text.', schema: answer, events: TOKENS },
  errors: {
    ...GENERATION_ERRORS,
    404: 'There is no such model, or no such generation any more.',
  },
  example: { query: { prompt: 'Once upon a time', max_tokens: 60, stream: 'true' } },
})

export const tokenize = endpoint({
  method: 'POST',
  path: '/v1/tokenize',
  tag: 'Inference',
  summary: 'Turn a text into tokens',
  access: 'infer',
  body: tokenizeBody,
  response: {
    status: 200,
    description: 'Token ids, and how many.',
    schema: z.object({ model: z.string(), tokens: z.array(z.int()), count: z.int() }),
  },
  errors: MODEL_ERRORS,
  example: { body: { text: 'Once upon a time' } },
})

export const detokenize = endpoint({
  method: 'POST',
  path: '/v1/detokenize',
  tag: 'Inference',
  summary: 'Turn tokens into text',
  access: 'infer',
  body: detokenizeBody,
  response: {
    status: 200,
    description: 'The text.',
    schema: z.object({ model: z.string(), text: z.string() }),
  },
  errors: MODEL_ERRORS,
  example: { body: { tokens: [1, 2, 3] } },
})
