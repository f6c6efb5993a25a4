import { z } from 'zod'
import { endpoint } from './endpoint'

const time = z.coerce.number().int().min(0)

const filter = z.object({
  /** The beginning of an action, such as `key` or `key.create`. */
  action: z.string().max(100).optional(),
  /** In names, addresses, targets and details. */
  q: z.string().max(200).optional(),
  /** Milliseconds since 1970. */
  since: time.optional(),
  until: time.optional(),
})

const entry = z.object({
  id: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
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
    /** The last id of the page before. */
    before: z.string().max(100).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(50),
  }),
  response: {
    status: 200,
    description: 'Newest first.',
    schema: z.object({
      entries: z.array(entry),
      /** What `before` continues with; null at the end. */
      next: z.string().nullable(),
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
  response: { status: 200, description: 'The file, as an attachment.' },
})
