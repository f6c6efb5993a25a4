import { z } from 'zod'
import { emailAddress, newPassword, role, shortName } from '@/lib/auth/schemas'
import { endpoint } from './endpoint'

const EXAMPLE_PASSWORD = 'correct horse battery'

export const setUpBody = z.object({
  token: z.string().min(1),
  name: shortName,
  email: emailAddress,
  password: newPassword,
})

export const setUp = endpoint({
  method: 'POST',
  path: '/api/setup',
  tag: 'Accounts',
  summary: 'Create the first admin',
  description: 'Works once, with the token of the link that the server printed when it started.',
  access: 'public',
  audit: 'account.set-up',
  body: setUpBody,
  response: {
    status: 201,
    description: 'The account.',
    schema: z.object({ id: z.string(), email: z.string(), name: z.string() }),
  },
  errors: {
    403: 'It is not the token that was printed.',
    409: 'There is an admin: `already_set_up`.',
  },
  example: {
    body: {
      token: 'from-the-terminal',
      name: 'Ada Lovelace',
      email: 'ada@example.org',
      password: EXAMPLE_PASSWORD,
    },
  },
})

const account = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role,
  has_password: z.boolean().meta({ description: 'False for an account that signs in elsewhere.' }),
})

export const getAccount = endpoint({
  method: 'GET',
  path: '/api/account',
  tag: 'Accounts',
  summary: 'The account of the session or key',
  access: 'member',
  errors: { 404: 'The key is the one of the environment, which belongs to nobody.' },
  response: { status: 200, description: 'The account.', schema: account },
})

export const updateAccount = endpoint({
  method: 'PATCH',
  path: '/api/account',
  tag: 'Accounts',
  summary: 'Change one’s own name',
  access: 'session',
  body: z.object({ name: shortName }),
  response: { status: 200, description: 'The account.', schema: account },
  example: { body: { name: 'Ada Lovelace' } },
})

export const changePassword = endpoint({
  method: 'POST',
  path: '/api/account/password',
  tag: 'Accounts',
  summary: 'Change one’s own password; other sessions end',
  access: 'session',
  audit: 'account.change-password',
  body: z.object({ current: z.string().min(1).max(1000), next: newPassword }),
  response: { status: 204, description: 'It is changed.' },
  errors: {
    403: 'The current password is not right.',
    409: 'The account signs in elsewhere.',
  },
  example: { body: { current: EXAMPLE_PASSWORD, next: `${EXAMPLE_PASSWORD} staple` } },
})

const session = z.object({
  id: z.string(),
  created_at: z.number(),
  last_used_at: z.number(),
  expires_at: z.number(),
  user_agent: z.string().nullable(),
  address: z.string().nullable(),
  current: z.boolean().meta({ description: 'The one that asks.' }),
})
export type ListedSession = z.infer<typeof session>

export const listSessions = endpoint({
  method: 'GET',
  path: '/api/sessions',
  tag: 'Accounts',
  summary: 'Where one is signed in',
  access: 'session',
  response: {
    status: 200,
    description: 'Last used first.',
    schema: z.object({ sessions: z.array(session) }),
  },
})

export const endSession = endpoint({
  method: 'DELETE',
  path: '/api/sessions/{id}',
  tag: 'Accounts',
  summary: 'End one of one’s own sessions, with its streams',
  access: 'session',
  audit: 'session.end',
  params: z.object({ id: z.string() }),
  response: { status: 204, description: 'It has ended.' },
})

export const endOtherSessions = endpoint({
  method: 'DELETE',
  path: '/api/sessions',
  tag: 'Accounts',
  summary: 'End all of one’s own sessions but this one',
  access: 'session',
  audit: 'session.end-others',
  response: {
    status: 200,
    description: 'How many ended.',
    schema: z.object({ ended: z.int() }),
  },
})

export const acceptInvite = endpoint({
  method: 'POST',
  path: '/api/invites/accept',
  tag: 'Accounts',
  summary: 'Use a one-time link: make an account, or choose a new password',
  access: 'public',
  audit: 'invite.accept',
  body: z.object({
    token: z.string().min(1).max(200),
    name: shortName.optional(),
    email: emailAddress.optional(),
    password: newPassword,
  }),
  response: {
    status: 201,
    description: 'The account.',
    schema: z.object({ id: z.string(), email: z.string(), name: z.string() }),
  },
  errors: {
    403: 'The link is not valid any more: `invalid_invite`.',
    409: 'The address has an account: `email_taken`.',
  },
  example: { body: { token: 'from-the-link', name: 'Grace', password: EXAMPLE_PASSWORD } },
})
