import { z } from 'zod'
import {
  activityHistory,
  activityModels,
  activitySample,
  activityStream,
  activityStreamEnd,
} from '@/lib/telemetry/activity/schemas'
import { type EventKind, endpoint } from './endpoint'
import { PING } from './shared'

const EVENTS: readonly EventKind[] = [
  { name: 'history', description: 'The last hour, on connect.', data: activityHistory },
  { name: 'sample', description: 'What flows, each second.', data: activitySample },
  { name: 'models', description: 'The loaded models, when they change.', data: activityModels },
  { name: 'stream', description: 'A generation, when it changes.', data: activityStream },
  { name: 'stream_end', description: 'A generation that has ended.', data: activityStreamEnd },
  {
    name: 'reset',
    description: 'For a reader that has missed some: the state follows, as on connect.',
    data: z.object({ reason: z.string() }),
  },
  PING,
]

export const watchActivity = endpoint({
  method: 'GET',
  path: '/api/activity/stream',
  tag: 'Server',
  summary: 'Watch what the server does',
  description:
    'SSE. `history` with the last hour and the state of everything on connect; then `sample` each second, `models` and `stream` when they change, `stream_end`. Members see their own generations, admins all.',
  access: 'session',
  query: z.object({ last_event_id: z.string().optional() }),
  response: { status: 200, description: 'The events.', events: EVENTS },
})

const time = z.coerce.number().int().min(0)

const filter = z.object({
  action: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'The beginning of an action, such as `key` or `key.create`.' }),
  q: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'In names, addresses, targets and details.' }),
  since: time.optional().meta({ description: 'Milliseconds since 1970.' }),
  until: time.optional(),
})

const entry = z.object({
  id: z.string(),
  at: z.number().meta({ description: 'Milliseconds since 1970.' }),
  actor_id: z.string().nullable(),
  actor: z.string(),
  address: z.string().nullable(),
  action: z.string(),
  target: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
})
export type AuditEntry = z.infer<typeof entry>

export const listAudit = endpoint({
  method: 'GET',
  path: '/api/audit',
  tag: 'Activity',
  summary: 'Who did what',
  access: 'admin',
  query: filter.extend({
    before: z.string().max(100).optional().meta({ description: 'The last id of the page before.' }),
    limit: z.coerce.number().int().min(1).max(500).default(50),
  }),
  response: {
    status: 200,
    description: 'Newest first.',
    schema: z.object({
      entries: z.array(entry),
      next: z
        .string()
        .nullable()
        .meta({ description: 'What `before` continues with; null at the end.' }),
    }),
  },
})

export const exportAudit = endpoint({
  method: 'GET',
  path: '/api/audit/export',
  tag: 'Activity',
  summary: 'Download who did what, as CSV or JSON',
  access: 'admin',
  query: filter.extend({ format: z.enum(['csv', 'json']).default('csv') }),
  response: {
    status: 200,
    description: 'The file, as an attachment.',
    files: ['text/csv', 'application/json'],
  },
})
