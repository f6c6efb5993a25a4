import { z } from 'zod'
import { endpoint } from './endpoint'

const status = z.object({ status: z.string() })

export const healthz = endpoint({
  method: 'GET',
  path: '/healthz',
  tag: 'Server',
  summary: 'Whether the process is alive',
  access: 'public',
  response: { status: 200, description: 'It is.', schema: status },
})

export const readyz = endpoint({
  method: 'GET',
  path: '/readyz',
  tag: 'Server',
  summary: 'Whether requests can be served',
  description: 'Answers 503 while the server starts, stops, or its database does not answer.',
  access: 'public',
  response: { status: 200, description: 'They can.', schema: status },
  errors: { 503: 'The server starts or stops, or its database does not answer.' },
})

export const metrics = endpoint({
  method: 'GET',
  path: '/metrics',
  tag: 'Server',
  summary: 'What can be measured, for Prometheus',
  description:
    'The text format 0.0.4. For admins, and for `Authorization: Bearer` with RUNNEL_METRICS_TOKEN. docs/operations.md explains each metric.',
  access: 'metrics',
  response: { status: 200, description: 'Every metric.', files: ['text/plain'] },
})

export const openapi = endpoint({
  method: 'GET',
  path: '/openapi.json',
  tag: 'Server',
  summary: 'This description, made from the schemas that parse the requests',
  access: 'public',
  response: { status: 200, description: 'OpenAPI 3.1.', schema: z.record(z.string(), z.unknown()) },
})

export const createTicket = endpoint({
  method: 'POST',
  path: '/v1/tickets',
  tag: 'Server',
  summary: 'Get a ticket for EventSource, which can’t send a key',
  description:
    'Opens `GET` of one path once, within a minute, as `?ticket=…`. The stream ends with the key or the session that the ticket was made with. When it is cut, get a new ticket and go on with `last_event_id`.',
  access: 'member',
  body: z.object({
    path: z
      .string()
      .max(500)
      .regex(/^\/v1\/[^?#]+$/, 'it must be a path under /v1, without a query'),
  }),
  response: {
    status: 201,
    description: 'The ticket.',
    schema: z.object({
      ticket: z.string(),
      expires_at: z.number().meta({ description: 'Milliseconds since 1970.' }),
    }),
  },
  errors: { 429: 'Too many tickets wait to be used: `too_many_tickets`.' },
  example: { body: { path: '/v1/models/download/progress' } },
})
