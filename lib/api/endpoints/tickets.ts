import { z } from 'zod'
import { endpoint } from './endpoint'

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
