import { z } from 'zod'
import { errorBody } from '@/lib/platform/schemas'
import {
  chatChunk,
  chatCompletion,
  completion,
  completionChunk,
} from '@/lib/protocols/openai/schemas/answers'
import {
  chatBody,
  completionBody,
  embeddingBody,
  embeddingList,
} from '@/lib/protocols/openai/schemas/requests'
import { type EventKind, endpoint } from './endpoint'
import { DONE, EXAMPLE_MODEL, GENERATION_ERRORS, MODEL_ERRORS } from './shared'

const MAX_BODY_BYTES = 16 * 1024 * 1024

const chunks = (data: z.ZodObject): readonly EventKind[] => [
  { name: 'message', description: 'A chunk of the answer.', data },
  {
    name: 'reset',
    description:
      'For a reader whose position is not kept any more: one chunk with the whole answer so far, and why in `reset`.',
    data: data.extend({ reset: z.enum(['trimmed', 'epoch', 'future']) }),
  },
  { name: 'message', description: 'The last one when it failed.', data: errorBody },
  DONE,
]

export const createChatCompletion = endpoint({
  method: 'POST',
  path: '/v1/chat/completions',
  tag: 'OpenAI',
  summary: 'Answer a conversation',
  description:
    'As the OpenAI API does it. With `stream`, chunks that end with `data: [DONE]`; each has an id, so that a stream can be resumed. What can’t be done is refused with the name of the field in `param`.',
  access: 'infer',
  body: chatBody,
  maxBodyBytes: MAX_BODY_BYTES,
  response: {
    status: 200,
    description: 'The answer, or its chunks.',
    schema: chatCompletion,
    events: chunks(chatChunk),
  },
  errors: GENERATION_ERRORS,
  example: {
    body: {
      model: EXAMPLE_MODEL,
      messages: [{ role: 'user', content: 'Tell me a story about a fox.' }],
      stream: true,
    },
  },
})

export const createCompletion = endpoint({
  method: 'POST',
  path: '/v1/completions',
  tag: 'OpenAI',
  summary: 'Continue texts',
  description: 'As the OpenAI API does it: each prompt is continued as it is.',
  access: 'infer',
  body: completionBody,
  maxBodyBytes: MAX_BODY_BYTES,
  response: {
    status: 200,
    description: 'The continuations, or their chunks.',
    schema: completion,
    events: chunks(completionChunk),
  },
  errors: GENERATION_ERRORS,
  example: {
    body: { model: EXAMPLE_MODEL, prompt: 'Once upon a time', max_tokens: 60, stream: true },
  },
})

export const createEmbeddings = endpoint({
  method: 'POST',
  path: '/v1/embeddings',
  tag: 'OpenAI',
  summary: 'Turn texts into vectors',
  access: 'infer',
  body: embeddingBody,
  maxBodyBytes: MAX_BODY_BYTES,
  response: { status: 200, description: 'One vector for each input.', schema: embeddingList },
  errors: MODEL_ERRORS,
  example: { body: { model: EXAMPLE_MODEL, input: 'A fox and a kite.' } },
})
