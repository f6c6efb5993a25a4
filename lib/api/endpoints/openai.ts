import { chatCompletion, completion, embeddingList } from '@/lib/protocols/openai/schemas/answers'
import { chatBody } from '@/lib/protocols/openai/schemas/chat'
import { completionBody } from '@/lib/protocols/openai/schemas/completion'
import { embeddingBody } from '@/lib/protocols/openai/schemas/embedding'
import { endpoint } from './endpoint'

const MAX_BODY_BYTES = 16 * 1024 * 1024

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
    stream: true,
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
    stream: true,
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
})
