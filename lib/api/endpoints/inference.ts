import { z } from 'zod'
import { detokenizeBody, inferBody, inferQuery, tokenizeBody } from '@/lib/protocols/runnel/schemas'
import { timingsReport, usageReport } from '@/lib/protocols/shared/report-schemas'
import { endpoint } from './endpoint'

const MAX_BODY_BYTES = 16 * 1024 * 1024

const answer = z.object({
  id: z.string(),
  model: z.string(),
  text: z.string(),
  finish_reason: z.enum(['stop', 'length', 'tool_calls', 'cancelled']),
  usage: usageReport,
  timings: timingsReport,
})

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
  response: { status: 200, description: 'The text.', schema: answer, stream: true },
})

export const inferByQuery = endpoint({
  method: 'GET',
  path: '/v1/infer',
  tag: 'Inference',
  summary: 'Continue a text, for EventSource',
  description: `${STREAM} A reconnect with \`Last-Event-ID\` goes on with the generation that the id is of and starts no second one: 204 when it has been read to its end, 404 when it is gone. Without a reader it is stopped after 10 seconds.`,
  access: 'infer',
  query: inferQuery,
  response: { status: 200, description: 'The text.', schema: answer, stream: true },
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
})
