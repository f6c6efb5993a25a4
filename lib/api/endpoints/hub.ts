import { z } from 'zod'
import { hubModelDetails, hubModelReport } from '@/lib/hub/schemas'
import { endpoint } from './endpoint'

const HUB_ERRORS = {
  502: 'The hub does not answer, or not as it should: `hub_unreachable`.',
} as const

export const searchHub = endpoint({
  method: 'GET',
  path: '/v1/hub/search',
  tag: 'Hub',
  summary: 'Search the hub for models with GGUF files',
  description:
    'Answers are up to a minute old. 502 `hub_unreachable` when the hub does not answer.',
  access: 'models:read',
  query: z.object({
    q: z.string().max(200).default(''),
    sort: z.enum(['downloads', 'likes', 'date']).default('downloads'),
    limit: z.coerce.number().int().min(1).max(100).default(20),
  }),
  response: {
    status: 200,
    description: 'The first matches.',
    schema: z.object({ data: z.array(hubModelReport) }),
  },
  errors: HUB_ERRORS,
  example: { query: { q: 'qwen', limit: 5 } },
})

export const getHubModel = endpoint({
  method: 'GET',
  path: '/v1/hub/models/{id}',
  tag: 'Hub',
  summary: 'A model of the hub: its files, what they need, and which suits this machine',
  description:
    'Parameters, architecture and so on are read from the header of one of its files; `header` is null, with the reason, when that is not possible.',
  access: 'models:read',
  params: z.object({ id: z.string().regex(/^[^/]+\/[^/]+$/, 'must be owner/name') }),
  query: z.object({
    context_length: z.coerce.number().int().min(1).max(10_000_000).optional(),
    revision: z.string().max(200).optional(),
  }),
  response: { status: 200, description: 'The model.', schema: hubModelDetails },
  errors: {
    ...HUB_ERRORS,
    403: 'The hub wants a token, or a licence to be accepted first.',
  },
  example: { params: { id: 'Qwen/Qwen3-0.6B-GGUF' } },
})
