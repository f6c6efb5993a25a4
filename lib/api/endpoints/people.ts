import { z } from 'zod'
import { emailAddress, role, shortName } from '@/lib/auth/schemas'
import { endpoint } from './endpoint'

const id = z.object({ id: z.string() })
const LAST_ADMIN = { 409: 'There would be no admin left: `last_admin`.' } as const

const person = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role,
  email_verified: z.boolean().meta({
    description:
      'Whether an admin or the OpenID provider has vouched that the address is this person’s; only then does a first sign-in there lead to the account.',
  }),
  disabled: z.boolean(),
  has_password: z.boolean(),
  created_at: z.number(),
  last_seen_at: z.number().nullable(),
  keys: z.int().meta({ description: 'Keys that are not revoked.' }),
})
export type Person = z.infer<typeof person>

const invite = z.object({
  id: z.string(),
  email: z.string().nullable().meta({ description: 'The only address that it is good for.' }),
  role,
  user_id: z
    .string()
    .nullable()
    .meta({ description: 'Set when it leads to a new password of that account.' }),
  created_at: z.number(),
  expires_at: z.number(),
})
export type ListedInvite = z.infer<typeof invite>

const common = { tag: 'People', access: 'admin' } as const
const link = {
  status: 201,
  description: 'The link; it can’t be seen again.',
  schema: invite.extend({ url: z.string() }),
} as const

export const listPeople = endpoint({
  ...common,
  method: 'GET',
  path: '/api/people',
  summary: 'Everybody with an account',
  response: {
    status: 200,
    description: 'Oldest first.',
    schema: z.object({ people: z.array(person) }),
  },
})

export const updatePerson = endpoint({
  ...common,
  method: 'PATCH',
  path: '/api/people/{id}',
  summary: 'Change a role or a name; close or open an account',
  audit: 'person.update',
  params: id,
  body: z
    .strictObject({
      role,
      name: shortName,
      disabled: z.boolean(),
      email_verified: z.literal(true).meta({
        description:
          'Vouches for the address: who next proves at the OpenID provider that it is theirs owns the account.',
      }),
    })
    .partial(),
  response: { status: 200, description: 'The person.', schema: person },
  errors: LAST_ADMIN,
  example: { body: { role: 'admin' } },
})

export const deletePerson = endpoint({
  ...common,
  method: 'DELETE',
  path: '/api/people/{id}',
  summary: 'Delete an account with its sessions, keys and conversations',
  audit: 'person.delete',
  params: id,
  response: { status: 204, description: 'It is gone.' },
  errors: LAST_ADMIN,
})

export const signOutPerson = endpoint({
  ...common,
  method: 'DELETE',
  path: '/api/people/{id}/sessions',
  summary: 'End all sessions of somebody',
  audit: 'person.sign-out',
  params: id,
  response: { status: 200, description: 'How many ended.', schema: z.object({ ended: z.int() }) },
})

export const createResetLink = endpoint({
  ...common,
  method: 'POST',
  path: '/api/people/{id}/reset-link',
  summary: 'Make a one-time link by which somebody chooses a new password',
  audit: 'person.reset-link',
  params: id,
  response: link,
})

export const listInvites = endpoint({
  ...common,
  method: 'GET',
  path: '/api/invites',
  summary: 'One-time links that were not used yet',
  response: {
    status: 200,
    description: 'Newest first.',
    schema: z.object({ invites: z.array(invite) }),
  },
})

export const createInvite = endpoint({
  ...common,
  method: 'POST',
  path: '/api/invites',
  summary: 'Make a one-time link to a new account, good for a week',
  audit: 'invite.create',
  body: z.strictObject({
    role: role.default('user'),
    email: emailAddress.nullable().default(null),
  }),
  response: link,
  errors: { 409: 'The address has an account: `email_taken`.' },
  example: { body: { role: 'user', email: 'grace@example.org' } },
})

export const deleteInvite = endpoint({
  ...common,
  method: 'DELETE',
  path: '/api/invites/{id}',
  summary: 'Take a one-time link back',
  audit: 'invite.delete',
  params: id,
  response: { status: 204, description: 'It opens nothing any more.' },
})
