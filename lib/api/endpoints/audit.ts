import { z } from 'zod'
import { endpoint } from './endpoint'

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
