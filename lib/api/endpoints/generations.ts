import { z } from 'zod'
import { timingsReport, usageReport } from '@/lib/protocols/shared/schemas'
import { endpoint } from './endpoint'
import { TOKENS } from './inference'

const params = z.object({ id: z.string() })

const generation = z.object({
  id: z.string(),
  object: z.literal('generation'),
  model: z.string(),
  status: z.enum(['running', 'done', 'failed']),
  queue_position: z.int().nullable().meta({
    description: 'Its place in the queue of its model, 1 is next; null when it does not wait.',
  }),
  text: z.string().meta({ description: 'Of the first choice; all are in `choices`.' }),
  choices: z.array(
    z.object({ index: z.int(), text: z.string(), finish_reason: z.string().nullable() }),
  ),
  usage: usageReport.nullable(),
  timings: timingsReport.nullable(),
  error: z
    .object({
      message: z.string(),
      type: z.string(),
      code: z.string(),
      param: z.string().nullable(),
      hint: z.string().nullable(),
    })
    .nullable(),
})

const WHO =
  'Only its owner and admins may; for others it does not exist. Kept for five minutes after its end.'

export const getGeneration = endpoint({
  method: 'GET',
  path: '/v1/generations/{id}',
  tag: 'Inference',
  summary: 'How a generation is, and its text so far',
  description: WHO,
  access: 'infer',
  params,
  response: { status: 200, description: 'The generation.', schema: generation },
})

export const streamGeneration = endpoint({
  method: 'GET',
  path: '/v1/generations/{id}/stream',
  tag: 'Inference',
  summary: 'Attach to a generation',
  description: `Its frames from the beginning, or after \`Last-Event-ID\`, then live, for any number of readers. ${WHO}`,
  access: 'infer',
  params,
  query: z.object({ last_event_id: z.string().optional() }),
  response: {
    status: 200,
    description: 'The frames, as the request that started it gets them.',
    events: TOKENS,
  },
})

export const stopGeneration = endpoint({
  method: 'DELETE',
  path: '/v1/generations/{id}',
  tag: 'Inference',
  summary: 'Stop a generation',
  description: `What it has generated stays readable. ${WHO}`,
  access: 'infer',
  params,
  response: { status: 200, description: 'The generation.', schema: generation },
})
