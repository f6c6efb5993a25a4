import { z } from 'zod'
import { SCOPES } from '@/lib/auth/constants'
import { shortName } from '@/lib/auth/schemas'
import { endpoint } from './endpoint'

/** The last moment that a `Date` can hold, in milliseconds since 1970. */
const LAST_MOMENT = 8_640_000_000_000_000

const id = z.object({ id: z.string() })
const name = shortName
const limit = (max: number) =>
  z.int('it must be a whole number').min(1, 'it must be at least 1').max(max).nullable()

const limits = {
  requests_per_minute: limit(1_000_000).meta({ description: 'Null is without limit.' }),
  tokens_per_day: limit(1_000_000_000_000),
  max_streams: limit(100_000),
}

const key = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string().meta({ description: 'The first characters.' }),
  owner: z
    .string()
    .nullable()
    .meta({ description: 'The email address of its owner; null when it belongs to no account.' }),
  scopes: z.array(z.enum(SCOPES)),
  created_at: z.number(),
  expires_at: z.number().nullable(),
  revoked_at: z.number().nullable(),
  last_used_at: z.number().nullable(),
  tokens_today: z.number(),
  ...limits,
})
export type ListedKey = z.infer<typeof key>

const common = { tag: 'Keys', access: 'account' } as const

export const listKeys = endpoint({
  ...common,
  method: 'GET',
  path: '/api/keys',
  summary: 'List one’s own API keys; an admin may list all',
  query: z.object({ all: z.enum(['true', 'false']).optional() }),
  response: {
    status: 200,
    description: 'Newest first.',
    schema: z.object({ keys: z.array(key) }),
  },
})

export const createKey = endpoint({
  ...common,
  method: 'POST',
  path: '/api/keys',
  summary: 'Make an API key',
  description: 'The answer has the key itself, which can’t be seen again.',
  audit: 'key.create',
  // Strict: a limit that is misspelt would be none.
  body: z.strictObject({
    name,
    scopes: z.array(z.enum(SCOPES)).min(1, 'a key needs a scope').max(SCOPES.length),
    expires_at: z.int().max(LAST_MOMENT, 'no date is that late').nullable().default(null).meta({
      description:
        'Milliseconds since 1970; null never expires. A key that is made with another one ends no later than that.',
    }),
    requests_per_minute: limits.requests_per_minute.default(null),
    tokens_per_day: limits.tokens_per_day.default(null),
    max_streams: limits.max_streams.default(null),
  }),
  response: { status: 201, description: 'The key.', schema: key.extend({ key: z.string() }) },
  errors: { 403: 'It reaches further than its maker: `scope_too_wide`.' },
  example: {
    body: { name: 'home assistant', scopes: ['infer', 'models:read'], requests_per_minute: 60 },
  },
})

export const updateKey = endpoint({
  ...common,
  method: 'PATCH',
  path: '/api/keys/{id}',
  summary: 'Rename a key, or change its limits',
  audit: 'key.update',
  params: id,
  body: z.strictObject({ name, ...limits }).partial(),
  response: { status: 200, description: 'The key.', schema: key },
  errors: { 409: 'It is revoked: `key_revoked`.' },
  example: { body: { name: 'home assistant', tokens_per_day: 100_000 } },
})

export const revokeKey = endpoint({
  ...common,
  method: 'DELETE',
  path: '/api/keys/{id}',
  summary: 'Revoke a key at once; its streams end',
  audit: 'key.revoke',
  params: id,
  response: { status: 200, description: 'The key, revoked.', schema: key },
})
